using System.Net;
using System.Net.Http.Json;
using MaintenanceWorker.Cli;
using Microsoft.Extensions.Configuration;
using OperationsCatalogue;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

/// <summary>Every operation of the catalogue, so that none can be forgotten. Its face on the dashboard is tried with the AppHost.</summary>
public sealed class CatalogueWalkTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Every_operation_refuses_without_a_key_and_with_too_small_a_scope_and_names_what_it_does_not_know()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        using var nobody = worker.CreateClient(null);
        using var read = worker.CreateClient(await CreateReadKeyAsync(worker));
        foreach (var operation in Catalogue.Operations)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(nobody, operation));
            if (operation.Scope == OperationScope.Admin)
                Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(read, operation));
            Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(operation.Scope == OperationScope.Admin ? worker.Client : read, operation, ("no-such-argument", "x")));
        }

        foreach (var path in new[] { "/ops", "/ops/runs", $"/ops/runs/{Guid.NewGuid()}", $"/ops/runs/{Guid.NewGuid()}/log" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await read.PostAsync($"/ops/runs/{Guid.NewGuid()}/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task Every_operation_stands_in_the_list_and_in_the_OpenAPI_document_with_its_arguments()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var listed = await worker.Client.GetJsonAsync("/ops");
        Assert.Equal(Catalogue.Operations.Select(operation => operation.Name), listed.EnumerateArray().Select(operation => operation.GetProperty("name").GetString()));
        var paths = (await worker.Client.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        foreach (var operation in Catalogue.Operations)
        {
            var methods = paths.GetProperty($"/ops/{operation.Name}");
            var described = operation.IsAnsweredAtOnce
                ? methods.GetProperty("get").TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!) : []
                : methods.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema")
                    .GetProperty("properties").GetProperty("arguments").TryGetProperty("properties", out var arguments) ? arguments.EnumerateObject().Select(property => property.Name) : [];
            Assert.Equal(operation.Arguments.Select(argument => argument.Name), described);
        }
    }

    [Fact]
    public async Task Every_example_is_understood_on_the_command_line_and_reaches_its_handler()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Worker:Address", worker.Address.ToString()), new("Worker:ApiKey", WorkerServer.BootstrapKey)]).Build();
        foreach (var example in Catalogue.Operations.SelectMany(operation => operation.Examples.Select(example => (Operation: operation, Example: example))))
        {
            await using var output = new StringWriter();
            await using var error = new StringWriter();
            string[] confirmed = example.Operation.ConfirmationMessage is null ? [] : ["--yes"];
            var exitCode = (ExitCode)await OperationCli.RunAsync([.. example.Example.Split(' '), .. confirmed], configuration, output, error);
            // There is no node, no key of the examples' ids, and no file of erasures: those handlers say so.
            Assert.True(exitCode is ExitCode.Done or ExitCode.NeedsAttention or ExitCode.Failed, $"{example.Example}: {exitCode}: {error}");
            if (exitCode == ExitCode.Failed)
                Assert.Matches("There is no key|knows no node|names no file", error.ToString());
            else
                Assert.NotEqual("", error.ToString().Trim() + output.ToString().Trim());
        }
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, Operation operation, params (string Name, string Value)[] arguments)
    {
        using var response = operation.IsAnsweredAtOnce
            ? await client.GetAsync($"/ops/{operation.Name}?{string.Join('&', arguments.Select(argument => $"{argument.Name}={argument.Value}"))}")
            : await client.PostAsJsonAsync($"/ops/{operation.Name}", new { arguments = arguments.ToDictionary(argument => argument.Name, argument => argument.Value) });
        return response.StatusCode;
    }

    private static async Task<string> CreateReadKeyAsync(WorkerServer worker) =>
        (await worker.Client.PostOperationAsync("create-api-key", new { name = "reader", scope = "read" })).GetProperty("result").GetProperty("key").GetString()!;
}
