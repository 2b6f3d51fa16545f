using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using PostgresForTests;
using ServiceDefaults.Authentication;

namespace ConversationApi.Tests.Walks;

/// <summary>Goes over every operation of the OpenAPI document: a new endpoint cannot be forgotten.</summary>
public sealed class AccessWalkTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Every_operation_refuses_whoever_has_no_key_a_wrong_secret_or_too_small_a_scope()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Postmark:InboundSecret", "secret-of-a-test-webhook"));
        var scopes = api.Scopes();
        using var read = api.CreateClient(await CreateKeyAsync(api, "read"));
        using var write = api.CreateClient(await CreateKeyAsync(api, "write"));
        var (operations, _) = await ApiOperation.ReadAsync(api);
        foreach (var operation in operations)
        {
            foreach (var authorization in new AuthenticationHeaderValue?[] { null, new("Bearer", "cp_nobody-was-ever-given-this-key"), new("Basic", Convert.ToBase64String("postmark:wrong secret"u8)), new("Basic", "?") })
            {
                using var nobody = api.CreateClient(null);
                nobody.DefaultRequestHeaders.Authorization = authorization;
                await ExpectAsync(nobody, operation, HttpStatusCode.Unauthorized, "unauthenticated");
            }

            // An operation without a scope would not be here: those of the API ask for admin then.
            var scope = Assert.Contains(operation.Name, scopes);
            if (scope > AccessScope.Read)
                await ExpectAsync(read, operation, HttpStatusCode.Forbidden, "scope-too-small");
            if (scope > AccessScope.Write)
                await ExpectAsync(write, operation, HttpStatusCode.Forbidden, "scope-too-small");
        }

        Assert.True(operations.Count >= 14, $"The document has only {operations.Count} operations.");
        Assert.Contains(operations, o => scopes[o.Name] == AccessScope.Admin);
    }

    [Fact]
    public async Task What_changes_something_needs_more_than_a_key_that_reads()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var scopes = api.Scopes();
        var (operations, _) = await ApiOperation.ReadAsync(api);
        Assert.All(operations.Where(o => o.Method != HttpMethod.Get), o => Assert.True(scopes[o.Name] > AccessScope.Read, o.Name));
    }

    [Fact]
    public async Task Every_operation_of_the_api_is_in_its_document_with_a_name_and_a_summary()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var (operations, document) = await ApiOperation.ReadAsync(api);
        var mapped = api.Endpoints().Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? e.DisplayName);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), operations.Select(o => o.Name).Order(StringComparer.Ordinal));
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Where(o => o.Value.ValueKind == JsonValueKind.Object && o.Value.TryGetProperty("responses", out _)))
            Assert.False(string.IsNullOrEmpty(operation.Value.GetProperty("summary").GetString()));
    }

    private static async Task ExpectAsync(HttpClient client, ApiOperation operation, HttpStatusCode status, string type)
    {
        var path = operation.PathWith(_ => Guid.NewGuid().ToString());
        using var request = new HttpRequestMessage(operation.Method, path);
        if (operation.Method != HttpMethod.Get)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(status == response.StatusCode, $"{operation.Method} {path}: {response.StatusCode}, not {status}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"urn:conversation-platform:problem:{type}", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString());
    }

    private static async Task<string> CreateKeyAsync(ApiServer api, string scope)
    {
        using var response = await api.Client.PostAsJsonAsync("/api/v1/keys", new { name = scope, scope });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }
}
