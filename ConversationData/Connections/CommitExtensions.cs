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
    /// Commits. Whoever gives up asks nothing of the server: one that is told to cancel a commit that waits for its standby ends the wait, and all
    /// can read what a failover takes back. So the command has neither a timeout nor a token, and goes on when nobody waits for it any more.
    /// </summary>
    /// <param name="transaction">On a connection that nobody else uses; when the commit is unanswered, it is in use until it is answered.</param>
    /// <param name="patience">How long to wait for the answer; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="stopWaiting">Ends the waiting, not the commit.</param>
    /// <exception cref="CommitInDoubtException">The outcome is not known, or not safe on the standby that it was to wait for.</exception>
    /// <exception cref="PostgresException">The server refused; nothing was committed.</exception>
    public static async Task CommitOrDoubtAsync(this NpgsqlTransaction transaction, TimeSpan patience, CancellationToken stopWaiting)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction is over already.");
        string? warning = null;
        void Listen(object sender, NpgsqlNoticeEventArgs e)
        {
            if (e.Notice.IsOfUnsafeCommit())
                warning = e.Notice.MessageText;
        }

        connection.Notice += Listen;
        var answer = CommitAsync(connection, transaction);
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

    // NpgsqlTransaction's own commit has the timeout of the connection string, and asks the server to cancel when that is over.
    private static async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        await using var commit = new NpgsqlCommand("COMMIT", connection, transaction) { CommandTimeout = 0 };
        await commit.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
