using System.Globalization;

namespace MaintenanceWorker.Operations;

/// <summary>What this worker is called in records: no other has, had or will have the name.</summary>
internal sealed class WorkerName
{
    public string Value { get; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Random.Shared.NextInt64():x}");
}
