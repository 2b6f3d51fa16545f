using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults;

namespace MaintenanceWorker;

/// <summary>Says at <c>/</c> which service answers.</summary>
internal static class IdentityEndpoint
{
    public static void MapIdentity(this WebApplication app)
        => app.MapGet("/", Get).WithName("GetIdentity").WithSummary("The service's name and version.").AllowAnonymous().ExcludeFromDescription();

    private static JsonHttpResult<ServiceIdentity> Get(ServiceIdentity identity)
        => TypedResults.Json(identity, IdentityJson.Default.ServiceIdentity);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServiceIdentity))]
internal sealed partial class IdentityJson : JsonSerializerContext;
