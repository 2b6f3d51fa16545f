using ConversationApi.Ingestion.Parsing;
using ConversationApi.Work;
using ConversationData.Connections;
using ConversationData.Work;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults.Problems;

namespace ConversationApi.Ingestion.Storing;

/// <summary>Stores mail, and does not give up for what passes: a deadlock, a merge next to it, a failover.</summary>
internal sealed partial class MailStore(
    ConversationDataSource data, WorkSignals signals, IOptions<IngestionOptions> options, TimeProvider time, ILogger<MailStore> logger)
{
    private const int Attempts = 8;

    /// <summary>One outcome for each mail, in their order.</summary>
    /// <exception cref="OperationCanceledException">The client is gone; what was not committed yet is not stored.</exception>
    public async Task<MailOutcome[]> StoreAsync(IReadOnlyList<IncomingMail> mails, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // An id holds milliseconds, and creation times agree with it.
        now = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        var ids = mails.Select(_ => Guid.CreateVersion7(now)).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var write = await data.BeginWriteAsync(cancellationToken);
                var outcomes = await new MailTransaction(write, now, now - options.Value.AnswerWithin).RunAsync(mails, ids, cancellationToken);
                signals.Raise(WorkKind.Index);
                signals.Raise(WorkKind.Suggest);
                return outcomes;
            }
            catch (Exception e) when (attempt < Attempts && IsPassing(e) && !cancellationToken.IsCancellationRequested)
            {
                LogRetry(e, attempt);
            }
            catch (CommitInDoubtException e)
            {
                LogRefused(e, mails.Count);
                return RefuseAll(mails, ProblemTypes.CommitInDoubt, "It is not known whether this was stored. Post it again: nothing is stored twice.");
            }
            catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
            {
                LogRefused(e, mails.Count);
                return await StoreApartAsync(mails, e, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or ConversationMovedException or TimeoutException or IOException)
            {
                LogRefused(e, mails.Count);
                return RefuseAll(mails, ProblemTypes.DatabaseUnavailable, "The database cannot be reached. Post it again later.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20) << Math.Min(attempt, 6)), time, cancellationToken);
        }
    }

    /// <summary>The database refuses some row: the others must not suffer for it.</summary>
    private async Task<MailOutcome[]> StoreApartAsync(IReadOnlyList<IncomingMail> mails, PostgresException reason, CancellationToken cancellationToken)
    {
        if (mails.Count == 1)
            return RefuseAll(mails, MailProblems.Unstorable, $"The database does not take this message: {reason.MessageText}.");
        var half = mails.Count / 2;
        return
        [
            .. await StoreAsync([.. mails.Take(half)], cancellationToken),
            .. await StoreAsync([.. mails.Skip(half)], cancellationToken),
        ];
    }

    private static bool IsPassing(Exception e) => e switch
    {
        PostgresException p => p.IsTransient || p.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        // One that waits would be waited for by the next attempt.
        CommitInDoubtException { Answer: not null } => false,
        ConversationMovedException or CommitInDoubtException or NpgsqlException or TimeoutException or IOException => true,
        _ => false,
    };

    private static MailOutcome[] RefuseAll(IReadOnlyList<IncomingMail> mails, ProblemType problem, string detail) =>
        [.. mails.Select(mail => MailOutcome.Refused(problem, detail, mail.MessageId))];

    [LoggerMessage(LogLevel.Debug, "Storing mail failed at attempt {Attempt}; trying again")]
    private partial void LogRetry(Exception exception, int attempt);

    [LoggerMessage(LogLevel.Warning, "A transaction of {Count} messages was not stored")]
    private partial void LogRefused(Exception exception, int count);
}
