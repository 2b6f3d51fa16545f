using System.Data.Common;
using Npgsql;

namespace ConversationData.Connections;

/// <summary>Commits that tell certainty from doubt.</summary>
public static class CommitExtensions
{
    private const string WaitForStandby = "SyncRepWaitForLSN";

    /// <summary>Whether the server says that it has committed without the standby that it was to wait for.</summary>
    public static bool IsOfUnsafeCommit(this PostgresNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return notice is { SqlState: "01000", Routine: WaitForStandby };
    }

    /// <summary>
    /// Commits a transaction that is disposed of by somebody else, such as EF Core. Whoever gives up asks nothing of the server: one that is told
    /// to cancel a commit that waits for its standby ends the wait, and all can read what a failover takes back.
    /// </summary>
    /// <param name="transaction">When the commit is unanswered, its connection is in use, and closing it fails.</param>
    /// <param name="patience">How long to wait for the answer; less than the connection string allows a command, since Npgsql has the server cancel then.</param>
    /// <param name="stopWaiting">Ends the waiting, not the commit.</param>
    /// <exception cref="CommitInDoubtException">The outcome is not known, or not safe on the standby that it was to wait for.</exception>
    /// <exception cref="PostgresException">The server refused; nothing was committed.</exception>
    public static Task CommitOrDoubtAsync(this NpgsqlTransaction transaction, TimeSpan patience, CancellationToken stopWaiting)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return CommitOrDoubtAsync(transaction, () => transaction.CommitAsync(CancellationToken.None), patience, stopWaiting);
    }

    /// <summary>The same by a command that never times out; a transaction whose commit is unanswered must not be disposed of before the answer.</summary>
    internal static Task CommitWithoutEndAsync(this NpgsqlTransaction transaction, TimeSpan patience, CancellationToken stopWaiting) =>
        CommitOrDoubtAsync(transaction, () => CommitAsync(transaction), patience, stopWaiting);

    private static async Task CommitOrDoubtAsync(NpgsqlTransaction transaction, Func<Task> commit, TimeSpan patience, CancellationToken stopWaiting)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction is over already.");
        string? warning = null;
        void Listen(object sender, NpgsqlNoticeEventArgs e)
        {
            if (e.Notice.IsOfUnsafeCommit())
                warning = e.Notice.MessageText;
        }

        connection.Notice += Listen;
        var answer = commit();
        try
        {
            await answer.WaitAsync(patience, stopWaiting);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !answer.IsCompleted)
        {
            throw new CommitInDoubtException("The server has not confirmed the commit yet, and may be waiting for its standby.", e) { Answer = answer };
        }
        catch (PostgresException e) when (!e.SqlState.StartsWith("57P", StringComparison.Ordinal) && !e.SqlState.StartsWith("08", StringComparison.Ordinal))
        {
            throw;
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException or OperationCanceledException)
        {
            throw new CommitInDoubtException("The connection broke during the commit.", e);
        }
        finally
        {
            connection.Notice -= Listen;
        }

        if (warning is not null)
            throw new CommitInDoubtException($"The server committed without its standby: {warning}");
    }

    private static async Task CommitAsync(NpgsqlTransaction transaction)
    {
        await using var commit = new NpgsqlCommand("COMMIT", transaction.Connection, transaction) { CommandTimeout = 0 };
        await commit.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
