using ConversationData.Operations.Keys;
using MaintenanceWorker.Operations;
using ServiceDefaults.Authentication;

namespace MaintenanceWorker.Keys;

internal sealed class RevokeApiKey(ApiKeyRegister register, ApiKeyVerifier verifier) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(call.Arguments.Required("id"), out var id))
            throw new OperationFailedException($"'{call.Arguments.Text("id")}' is no key's id. list-api-keys shows them.");
        if (call.DryRun)
        {
            var key = (await register.ListAsync(cancellationToken)).FirstOrDefault(key => key.Id == id) ?? throw Unknown(id);
            return OperationResult.Of(KeyView.Of(key), KeyJson.Default.KeyView, key.RevokedAt is null ? $"Key '{key.Name}' would be revoked" : $"Key '{key.Name}' is revoked already");
        }

        var revoked = await register.RevokeAsync(id, cancellationToken) ?? throw Unknown(id);
        verifier.Forget();
        return OperationResult.Of(KeyView.Of(revoked), KeyJson.Default.KeyView, $"Key '{revoked.Name}' is revoked");
    }

    private static OperationFailedException Unknown(Guid id) => new($"There is no key {id}. list-api-keys shows them.");
}
