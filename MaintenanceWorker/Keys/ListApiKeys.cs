using ConversationData.Operations.Keys;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Keys;

internal sealed class ListApiKeys(ApiKeyRegister register, TimeProvider time) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var keys = await register.ListAsync(cancellationToken);
        var good = keys.Count(key => key.RevokedAt is null && !(key.ExpiresAt <= time.GetUtcNow()));
        return OperationResult.Of<IReadOnlyList<KeyView>>([.. keys.Select(key => KeyView.Of(key))], KeyJson.Default.IReadOnlyListKeyView, $"{Counted.Of(keys.Count, "key")}, {good} of them good");
    }
}
