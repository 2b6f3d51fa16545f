using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MaintenanceWorker.Operations;

/// <summary>What an operation found or did.</summary>
/// <param name="Value">For programs.</param>
/// <param name="Summary">For people: one sentence, without a full stop.</param>
/// <param name="NeedsAttention">Whether somebody should look: the CLI then ends with exit code 1.</param>
internal sealed record OperationResult(JsonElement Value, string Summary, bool NeedsAttention = false)
{
    public static OperationResult Of<T>(T value, JsonTypeInfo<T> type, string summary, bool needsAttention = false) =>
        new(JsonSerializer.SerializeToElement(value, type), summary, needsAttention);
}
