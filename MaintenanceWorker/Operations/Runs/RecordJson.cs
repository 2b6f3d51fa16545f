using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaintenanceWorker.Operations.Runs;

[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>A run's arguments as the record has them.</summary>
    public static string ArgumentsOf(NewRun run) => JsonSerializer.Serialize(run.Arguments.ForRecord, Default.IReadOnlyDictionaryStringString);
}
