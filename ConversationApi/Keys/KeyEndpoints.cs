using System.Buffers.Text;
using System.Security.Cryptography;
using ConversationApi.Authentication;
using ConversationApi.Problems;
using ConversationData;
using ConversationData.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ConversationApi.Keys;

internal static class KeyEndpoints
{
    private const int MostKeys = 1000;

    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/keys").RequireScope(ApiScope.Admin).WithTags("Keys");
        group.MapPost("/", CreateKey).WithName("CreateKey").WithSummary("Make an API key; it is shown this once.");
        group.MapGet("/", ListKeys).WithName("ListKeys").WithSummary("List API keys, the newest first, at most 1,000.");
        group.MapDelete("/{id:guid}", RevokeKey).WithName("RevokeKey").WithSummary("Revoke an API key, for good.");
        return api;
    }

    private static async Task<Results<Created<CreatedApiKey>, ValidationProblem>> CreateKey(
        NewApiKey wanted, ConversationDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.Name?.Trim() is not { Length: >= 1 and <= 200 } name || name.Contains('\0', StringComparison.Ordinal))
            return Problem.Invalid("name", "1 to 200 characters that say what the key is for.");
        if (wanted.Scope is not { } scope)
            return Problem.Invalid("scope", "One of read, write, admin.");
        var now = time.GetUtcNow();
        if (wanted.ExpiresAt <= now)
            return Problem.Invalid("expiresAt", "A time to come, or nothing.");

        var key = $"cp_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var row = new ApiKey
        {
            Id = Guid.CreateVersion7(now), Name = name, Scope = scope, KeyHash = ApiKeyVerifier.Hash(key), CreatedAt = now, ExpiresAt = wanted.ExpiresAt?.ToUniversalTime(),
        };
        context.ApiKeys.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return TypedResults.Created((string?)null, new CreatedApiKey(key, row.Id, row.Name, row.Scope, row.CreatedAt, row.ExpiresAt));
    }

    private static async Task<Ok<List<ApiKeyView>>> ListKeys(ConversationDbContext context, CancellationToken cancellationToken) =>
        TypedResults.Ok(await context.ApiKeys.AsNoTracking().OrderByDescending(k => k.Id).Take(MostKeys)
            .Select(k => new ApiKeyView(k.Id, k.Name, k.Scope, k.CreatedAt, k.ExpiresAt, k.RevokedAt)).ToListAsync(cancellationToken));

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeKey(
        Guid id, ConversationDbContext context, ApiKeyVerifier verifier, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await context.ApiKeys.Where(k => k.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, k => k.RevokedAt ?? now), cancellationToken);
        verifier.Forget();
        return found > 0 ? TypedResults.NoContent() : Problem.Of(ProblemTypes.NotFound, $"There is no key {id}.");
    }
}
