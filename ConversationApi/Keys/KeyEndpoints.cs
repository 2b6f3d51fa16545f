using ConversationData.Operations.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Keys;

internal static class KeyEndpoints
{
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/keys").RequireScope(AccessScope.Admin).WithTags("Keys");
        group.MapPost("/", CreateKey).WithName("CreateKey").WithSummary("Make an API key; it is shown this once.");
        group.MapGet("/", ListKeys).WithName("ListKeys").WithSummary("List API keys, the newest first, at most 1,000.");
        group.MapDelete("/{id:guid}", RevokeKey).WithName("RevokeKey").WithSummary("Revoke an API key, for good.");
        return api;
    }

    private static async Task<Results<Created<CreatedApiKey>, ValidationProblem>> CreateKey(
        NewApiKey wanted, ApiKeyRegister register, ApiKeyVerifier verifier, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.Name?.Trim() is not { Length: >= 1 and <= ApiKeyRegister.MaxNameLength } name || name.Contains('\0', StringComparison.Ordinal))
            return Problem.Invalid("name", $"1 to {ApiKeyRegister.MaxNameLength} characters that say what the key is for.");
        if (wanted.Scope is not { } scope)
            return Problem.Invalid("scope", "One of read, write, admin.");
        if (wanted.ExpiresAt <= time.GetUtcNow())
            return Problem.Invalid("expiresAt", "A time to come, or nothing.");

        var (key, row) = await register.CreateAsync(name, scope, wanted.ExpiresAt, cancellationToken);
        verifier.Forget();
        return TypedResults.Created((string?)null, new CreatedApiKey(key, row.Id, row.Name, row.Scope, row.CreatedAt, row.ExpiresAt));
    }

    private static async Task<Ok<List<ApiKeyView>>> ListKeys(ApiKeyRegister register, CancellationToken cancellationToken) =>
        TypedResults.Ok((await register.ListAsync(cancellationToken)).Select(k => new ApiKeyView(k.Id, k.Name, k.Scope, k.CreatedAt, k.ExpiresAt, k.RevokedAt)).ToList());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeKey(
        Guid id, ApiKeyRegister register, ApiKeyVerifier verifier, CancellationToken cancellationToken)
    {
        try
        {
            return await register.RevokeAsync(id, cancellationToken) is not null ? TypedResults.NoContent() : Problem.Of(ProblemTypes.NotFound, $"There is no key {id}.");
        }
        finally
        {
            // Also when it is in doubt.
            verifier.Forget();
        }
    }
}
