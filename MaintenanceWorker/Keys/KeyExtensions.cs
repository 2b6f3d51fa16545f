using ConversationData.Operations.Keys;
using MaintenanceWorker.Operations;
using ServiceDefaults.Authentication;

namespace MaintenanceWorker.Keys;

internal static class KeyExtensions
{
    public static IHostApplicationBuilder AddKeys(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyRegister>();
        builder.AddApiKeys<KeyStore>();
        builder.Services.AddOperation<ListApiKeys>("list-api-keys").AddOperation<CreateApiKey>("create-api-key").AddOperation<RevokeApiKey>("revoke-api-key");
        return builder;
    }
}
