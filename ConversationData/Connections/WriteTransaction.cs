using Npgsql;

namespace ConversationData.Connections;

/// <summary>
/// A transaction that writes, on a connection of its own: what is not committed when it is disposed of is rolled back. A commit that the server
/// does not answer in time keeps the connection, and its place in the pool, until it does: so commits that wait for a standby stay as few as the
/// pool has connections, however often they are tried again.
/// </summary>
public sealed class WriteTransaction : IAsyncDisposable
{
    private bool _unanswered;

    private WriteTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, Transaction) = (connection, transaction);

    /// <summary>Its connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The transaction; committed by this alone.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>Begins one.</summary>
    /// <param name="source">The node that takes writes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<WriteTransaction> BeginAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return new(connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Splits it.</summary>
    public void Deconstruct(out NpgsqlConnection connection, out NpgsqlTransaction transaction) => (connection, transaction) = (Connection, Transaction);

    /// <summary>Commits, and waits as long as the connection string allows a command. Takes no token on purpose: a commit is not cancelled.</summary>
    /// <exception cref="CommitInDoubtException">The outcome is not known, or not safe on the standby that it was to wait for.</exception>
    /// <exception cref="PostgresException">The server refused; nothing was committed.</exception>
    public Task CommitAsync() => CommitOrStopWaitingAsync(CancellationToken.None);

    /// <summary>The same for a program that may be told to end.</summary>
    /// <param name="stopWaiting">Ends the waiting, not the commit.</param>
    /// <exception cref="CommitInDoubtException">The outcome is not known, or not safe on the standby that it was to wait for.</exception>
    /// <exception cref="PostgresException">The server refused; nothing was committed.</exception>
    public async Task CommitOrStopWaitingAsync(CancellationToken stopWaiting)
    {
        var patience = Connection.CommandTimeout is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
        try
        {
            await Transaction.CommitWithoutEndAsync(patience, stopWaiting);
        }
        catch (CommitInDoubtException e) when (e.Answer is { } answer)
        {
            _unanswered = true;
            _ = EndAfterAsync(answer);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _unanswered ? default : new(EndAsync());

    private async Task EndAfterAsync(Task answer)
    {
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task EndAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
