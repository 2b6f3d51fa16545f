using System.Text.Json.Serialization;
using ConversationData.Operations.Erasures;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Erasures;

/// <summary>What the copy has now.</summary>
internal sealed record ExportedLedger(int Erasures, int Added);

/// <summary>What came back and went again.</summary>
/// <param name="Erasures">How many the copy of the ledger has.</param>
/// <param name="Returned">How many of their addresses are known to the database again: some of them perhaps by mail from after the erasure, which stays.</param>
/// <param name="Removed">Rows that were removed.</param>
internal sealed record ReplayedLedger(int Erasures, int Returned, long Removed);

internal sealed class ExportErasures(ErasureLedger ledger, LedgerFile file) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var (all, added) = await file.AddAsync(await ledger.ReadAsync(cancellationToken), cancellationToken);
        return OperationResult.Of(new(all, added), ErasureJson.Default.ExportedLedger, $"The copy has {Counted.Of(all, "erasure")}, {added} of them new");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExportedLedger))]
[JsonSerializable(typeof(ReplayedLedger))]
internal sealed partial class ErasureJson : JsonSerializerContext;
