using System.Data.Common;
using Npgsql;

namespace ConversationData.Connections;

/// <summary>Commits that tell certainty from doubt.</summary>
public static class CommitExtensions
{
    private const string Warning = "01000";

    /// <summary>Commits. Takes no token on purpose: a commit that was cancelled while it waited for a standby would look like a success.</summary>
    /// <exception cref="CommitInDoubtException">The outcome is not known, or not safe on the standby that it was to wait for.</exception>
    /// <exception cref="PostgresException">The server refused; nothing was committed.</exception>
    public static async Task CommitOrDoubtAsync(this NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction is over already.");
        string? warning = null;
        void Listen(object sender, NpgsqlNoticeEventArgs e)
        {
            if (e.Notice.SqlState == Warning)
                warning = e.Notice.MessageText;
        }

        connection.Notice += Listen;
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
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
}
