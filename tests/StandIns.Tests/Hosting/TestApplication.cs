using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace StandIns.Tests.Hosting;

/// <summary>An application without a dashboard, whose programs are small shell scripts.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hosting-");
    private DistributedApplication? _application;

    public TestApplication(params string[] arguments) => Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = arguments, DisableDashboard = true, ProjectDirectory = _folder.FullName,
    });

    public IDistributedApplicationBuilder Builder { get; }
    public DistributedApplication Application => _application ?? throw new InvalidOperationException("Not started.");
    public CancellationToken Limit => _limit.Token;
    public string Folder => _folder.FullName;

    public IResourceBuilder<ExecutableResource> Shell(string name, string script) => Builder.AddExecutable(name, "sh", _folder.FullName, "-c", script);

    public async Task StartAsync()
    {
        _application = Builder.Build();
        await _application.StartAsync(Limit);
    }

    public Task<ResourceEvent> IsAsync(string resource, string state) =>
        Application.ResourceNotifications.WaitForResourceAsync(resource, change => change.Snapshot.State?.Text == state, Limit);

    /// <summary>Waits for a line in a resource's log that has the given text.</summary>
    public async Task<string> SaysAsync(string resource, string text)
    {
        await Application.ResourceNotifications.WaitForResourceAsync(resource, _ => true, Limit);
        Application.ResourceNotifications.TryGetCurrentState(resource, out var state);
        var logs = Application.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var lines in logs.WatchAsync(state!.ResourceId).WithCancellation(Limit))
        {
            if (lines.FirstOrDefault(line => line.Content.Contains(text, StringComparison.Ordinal)) is { Content: not null } found)
            {
                return found.Content;
            }
        }

        throw new InvalidOperationException($"'{resource}' never said '{text}'.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }

        _limit.Dispose();
        _folder.Delete(recursive: true);
    }
}
