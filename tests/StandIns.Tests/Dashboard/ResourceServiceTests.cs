using System.Diagnostics;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Proto;
using Microsoft.Extensions.Logging.Abstractions;

namespace StandIns.Tests.Dashboard;

public sealed class ResourceServiceTests : IAsyncLifetime, IDisposable
{
    private const string Key = "the key";
    private readonly FakeResources _resources = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private ResourceService _service = null!;

    public async Task InitializeAsync() => _service = await ResourceService.StartAsync(_resources, Key, NullLogger.Instance, _limit.Token);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Whoever_lacks_the_key_learns_nothing()
    {
        using var stranger = new GrpcCaller(_service.Address, "a guess");
        Assert.Empty(await All(stranger.CallAsync("GetApplicationInformation", new ApplicationInformationRequest(), ApplicationInformationResponse.Parser, _limit.Token)));
        Assert.Equal("16", stranger.Status);
        Assert.DoesNotContain(Key, stranger.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resources_come_whole_first_and_then_as_they_change()
    {
        using var caller = new GrpcCaller(_service.Address, Key);
        await using var updates = caller.CallAsync("WatchResources", new WatchResourcesRequest(), WatchResourcesUpdate.Parser, _limit.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var api = updates.Current.InitialData.Resources[0];
        Assert.Equal(["api", "worker"], updates.Current.InitialData.Resources.Select(resource => resource.DisplayName));
        Assert.Equal("good day", api.Environment[0].Value);
        Assert.NotNull(api.Urls[0].DisplayProperties);
        Assert.True(api.Properties.Single(property => property.Name == "secret").IsSensitive);
        Assert.Equal(3, api.Properties.Single(property => property.Name == "list").Value.ListValue.Values.Count);

        using var other = new GrpcCaller(_service.Address, Key);
        var done = await All(other.CallAsync("ExecuteResourceCommand", Command("vacuum"), ResourceCommandResponse.Parser, _limit.Token));
        Assert.Equal(ResourceCommandResponseKind.Succeeded, done.Single().Kind);
        Assert.Equal(["vacuum api-abcdefgh"], _resources.Executed);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("worker-ijklmnop", updates.Current.Changes.Value[0].Delete.ResourceName);
        Assert.Equal("Vacuumed", updates.Current.Changes.Value[1].Upsert.State);
    }

    [Fact]
    public async Task What_a_command_found_comes_with_its_answer()
    {
        using var caller = new GrpcCaller(_service.Address, Key);

        var report = (await All(caller.CallAsync("ExecuteResourceCommand", Command("report"), ResourceCommandResponse.Parser, _limit.Token))).Single();
        var plain = (await All(caller.CallAsync("ExecuteResourceCommand", Command("vacuum"), ResourceCommandResponse.Parser, _limit.Token))).Single();

        Assert.Equal((ResourceCommandResponseKind.Succeeded, "One table"), (report.Kind, report.Message));
        Assert.Equal(new ResourceCommandResult { Value = "| table |\n|---|\n| leads |", Format = CommandResultFormat.Markdown, DisplayImmediately = true }, report.Result);
        Assert.False(plain.HasMessage);
        Assert.Null(plain.Result);
    }

    [Fact]
    public async Task A_command_that_throws_fails_with_its_reason_and_lines_end_unless_followed()
    {
        using var caller = new GrpcCaller(_service.Address, Key);
        var failed = await All(caller.CallAsync("ExecuteResourceCommand", Command("explode"), ResourceCommandResponse.Parser, _limit.Token));
        Assert.Equal(ResourceCommandResponseKind.Failed, failed.Single().Kind);
        Assert.Equal("It exploded: why not?", failed.Single().ErrorMessage);

        var lines = await All(caller.CallAsync(
            "WatchResourceConsoleLogs",
            new WatchResourceConsoleLogsRequest { ResourceName = "api-abcdefgh", SuppressFollow = true },
            WatchResourceConsoleLogsUpdate.Parser,
            _limit.Token));
        Assert.Equal("0", caller.Status);
        Assert.Equal([false, true], lines.Single().LogLines.Select(line => line.IsStdErr));
    }

    [Fact]
    public async Task Open_streams_end_at_once_when_the_application_stops()
    {
        using var caller = new GrpcCaller(_service.Address, Key);
        await using var updates = caller.CallAsync("WatchResources", new WatchResourcesRequest(), WatchResourcesUpdate.Parser, _limit.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var watch = Stopwatch.StartNew();
        await _service.DisposeAsync();
        Assert.False(await updates.MoveNextAsync());
        Assert.Equal("14", caller.Status);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
    }

    private static ResourceCommandRequest Command(string name) => new() { CommandName = name, ResourceName = "api-abcdefgh", ResourceType = "Project" };

    private static async Task<List<T>> All<T>(IAsyncEnumerable<T> source)
    {
        var all = new List<T>();
        await foreach (var item in source)
        {
            all.Add(item);
        }

        return all;
    }
}
