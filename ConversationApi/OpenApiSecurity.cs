using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ServiceDefaults.Authentication;

namespace ConversationApi;

/// <summary>Says in the OpenAPI document that keys are bearer tokens, and what the API is.</summary>
internal sealed class OpenApiSecurity : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Conversation API";
        document.Info.Description = "Mail with leads, threaded into conversations.";
        document.Components ??= new();
        document.AddComponent(ApiKeyHandler.SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key. The first one is configuration (ApiKeys:Bootstrap); others are made by POST /api/v1/keys.",
        });
        document.Security = [new() { [new OpenApiSecuritySchemeReference(ApiKeyHandler.SchemeName, document)] = [] }];
        return Task.CompletedTask;
    }
}
