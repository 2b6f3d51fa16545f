using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ServiceDefaults.Authentication;

namespace MaintenanceWorker;

/// <summary>Says in the OpenAPI document that keys are bearer tokens, and what the API is.</summary>
internal sealed class OpenApiSecurity : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Operations API";
        document.Info.Description = "What can be done to the platform: read how it is, keep it up, follow what is being done.";
        document.Components ??= new();
        document.AddComponent(ApiKeyHandler.SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, the same as for the Conversation API.",
        });
        document.Security = [new() { [new OpenApiSecuritySchemeReference(ApiKeyHandler.SchemeName, document)] = [] }];
        return Task.CompletedTask;
    }
}
