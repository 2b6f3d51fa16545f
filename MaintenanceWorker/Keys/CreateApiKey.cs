using ConversationData.Operations.Keys;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Keys;

internal sealed class CreateApiKey(ApiKeyRegister register, TimeProvider time) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var name = call.Arguments.Required("name").Trim();
        if (name.Length is 0 or > ApiKeyRegister.MaxNameLength || name.Contains('\0', StringComparison.Ordinal))
            throw new OperationFailedException($"name must have 1 to {ApiKeyRegister.MaxNameLength} characters that say what the key is for.");
        if (name == "bootstrap")
            throw new OperationFailedException("The name 'bootstrap' stands for the key that is configuration; choose another, so that records can tell them apart.");
        var scope = call.Arguments.Required("scope") switch { "read" => ApiScope.Read, "write" => ApiScope.Write, _ => ApiScope.Admin };
        var (key, row) = await register.CreateAsync(name, scope, time.GetUtcNow() + call.Arguments.Duration("expires-in"), cancellationToken);
        return OperationResult.Of(KeyView.Of(row, key), KeyJson.Default.KeyView, $"Key '{name}' is made; it is not shown again");
    }
}
