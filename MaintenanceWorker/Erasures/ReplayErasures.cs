using System.Text.Json;
using ConversationData.Operations.Erasures;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Erasures;

internal sealed class ReplayErasures(ErasureLedger ledger, LedgerFile file) : IOperationHandler
{
    // They count what they concern, not what was removed.
    private static readonly string[] _counts = ["messagesElsewhere"];

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var erasures = await file.ReadAsync(cancellationToken);
        if (erasures.Count == 0)
            throw new OperationFailedException("The copy of the ledger is empty or is not there: nothing says who was erased. Let Erasures:File name the copy that export-erasures wrote.");
        call.Progress(0, erasures.Count, "looking for their addresses");
        var found = await ledger.FindAsync(erasures, cancellationToken);
        if (call.DryRun)
            return Result(erasures.Count, found.Count, 0, $"Of {Counted.Of(erasures.Count, "erased lead")} the database knows {found.Count} again");

        var removed = 0L;
        for (var done = 0; done < erasures.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            call.Progress(done, erasures.Count, "erasing again");
            removed += Sum(await ledger.ReplayAsync(erasures[done], found[Convert.ToHexString(erasures[done].AddressHash)]));
        }

        return Result(erasures.Count, found.Count, removed, $"Of {Counted.Of(erasures.Count, "erased lead")} the database knew {found.Count} again: {Counted.Of(removed, "row")} removed");
    }

    private static long Sum(string counts)
    {
        using var json = JsonDocument.Parse(counts);
        return json.RootElement.EnumerateObject().Where(count => !_counts.Contains(count.Name)).Sum(count => count.Value.GetInt64());
    }

    private static OperationResult Result(int erasures, int returned, long removed, string summary) =>
        OperationResult.Of(new(erasures, returned, removed), ErasureJson.Default.ReplayedLedger, summary);
}
