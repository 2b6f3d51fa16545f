using Xunit;

namespace PostgresForTests;

/// <summary>
/// One server for all tests of a process: use as <c>IClassFixture&lt;PostgresFixture&gt;</c> or in a collection; every class
/// shares the server, and each test takes a database of its own. It ends with the process. A test that stops or kills
/// its server starts one with <see cref="PostgresServer.StartAsync"/> instead.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<PostgresServer>> _shared = new(() => PostgresServer.StartAsync());

    /// <summary>The server.</summary>
    public PostgresServer Server { get; private set; } = null!;

    /// <summary>A fresh database's connection string.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default) => Server.CreateDatabaseAsync(cancellationToken);

    /// <inheritdoc />
    public async Task InitializeAsync() => Server = await _shared.Value;

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;
}
