using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Ingestion.Storing;
using ConversationApi.SetAside;
using ConversationData.Connections;
using ConversationData.Queries;
using Google.Apis.Auth.OAuth2.Responses;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Polly.Timeout;

namespace ConversationApi.Gmail;

/// <summary>Takes in the messages of a page: when it returns, each is stored, set aside, unwanted or gone.</summary>
internal sealed class GmailPage(GmailClient gmail, GmailMails mails, MailStore store, SetAsideRegister setAside, ConversationDataSource data, IOptions<GmailOptions> options, IOptions<IngestionOptions> ingestion)
{
    private const int KeptOfTooLarge = 64 * 1024;
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <returns>How many were new.</returns>
    /// <exception cref="GmailException">Some could not be fetched; what could is stored.</exception>
    public async Task<int> TakeAsync(IEnumerable<string?> ids, CancellationToken cancellationToken)
    {
        var (wanted, known) = await LookUpAsync([.. ids.OfType<string>().Distinct(StringComparer.Ordinal)], cancellationToken);
        var fetched = new Fetched?[wanted.Count];
        await Parallel.ForEachAsync(wanted.Index(), new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken },
            async (message, token) => fetched[message.Index] = await FetchAsync(message.Item, token));
        var failed = fetched.OfType<Fetched>().Where(f => f.Failure is not null).ToList();
        await StoreAsync([.. fetched.OfType<Fetched>().Where(f => f.Failure is null)], cancellationToken);
        if (failed.Count > 0)
            await GiveUpAsync(failed, failed.Count < wanted.Count || (failed.Any(f => f.Failure is GmailException or TimeoutRejectedException) && await GivesAsync(known, cancellationToken)), cancellationToken);
        return wanted.Count;
    }

    private async Task<(List<string> New, string? Known)> LookUpAsync(string[] ids, CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using var command = data.Primary.CreateCommand(MailLookupSql.GmailIds);
        command.Parameters.Add(new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            known.Add(row.GetString(0));
        return ([.. ids.Where(id => !known.Contains(id))], known.FirstOrDefault());
    }

    /// <summary>Whether Gmail gives what it gave before.</summary>
    private async Task<bool> GivesAsync(string? known, CancellationToken cancellationToken) =>
        known is not null && await FetchAsync(known, cancellationToken) is null or { Failure: null };

    private async Task<Fetched?> FetchAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var (message, bytes) = await gmail.MessageAsync(id, cancellationToken);
            _failures.TryRemove(id, out _);
            return GmailMails.IsWanted(message.LabelIds, options.Value.Labels) ? new(id, bytes, mails.Read(message), null) : null;
        }
        catch (GmailException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // Deleted meanwhile.
            return null;
        }
        catch (Exception e) when (e is GmailException or HttpRequestException or TimeoutRejectedException or IOException or JsonException or TokenResponseException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(id, [], default, e);
        }
    }

    private async Task StoreAsync(IReadOnlyList<Fetched> fetched, CancellationToken cancellationToken)
    {
        var readable = fetched.Where(f => f.Read.Mail is not null).ToList();
        var outcomes = readable.Count == 0 ? [] : await store.StoreAsync([.. readable.Select(f => f.Read.Mail!)], cancellationToken);
        if (outcomes.FirstOrDefault(SingleMail.Passes) is { } passing)
            throw new NpgsqlException(passing.Detail);
        var refused = readable.Zip(outcomes).Where(pair => pair.Second.Kind == MailOutcomeKind.Refused).Select(pair => (pair.First, pair.Second))
            .Concat(fetched.Where(f => f.Read.Refusal is not null).Select(f => (First: f, Second: f.Read.Refusal!)));
        foreach (var (message, outcome) in refused)
        {
            var kept = message.Bytes.Length > ingestion.Value.MaxMessageBytes ? KeptOfTooLarge : message.Bytes.Length;
            await setAside.AddAsync("gmail", message.Id, message.Bytes.AsMemory(0, kept), message.Bytes.Length, outcome, cancellationToken);
        }
    }

    /// <summary>Whether a failure speaks about its message; limits, tokens and the network never do, and slowness only where others come.</summary>
    private static bool IsOfMessage(Exception? failure, bool othersCome) => failure switch
    {
        JsonException => true,
        HttpRequestException e => e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded,
        GmailException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => false,
        GmailException { Status: HttpStatusCode.Forbidden } e => othersCome && !e.Passes,
        GmailException e => othersCome || !e.Passes,
        TimeoutRejectedException => othersCome,
        _ => false,
    };

    /// <summary>A message that fails again and again must not hold up the others.</summary>
    private async Task GiveUpAsync(List<Fetched> failed, bool othersCome, CancellationToken cancellationToken)
    {
        Exception? first = null;
        foreach (var (id, _, _, failure) in failed)
        {
            var attempts = IsOfMessage(failure, othersCome) ? _failures.AddOrUpdate(id, 1, (_, before) => before + 1) : 0;
            if (attempts < options.Value.MessageAttempts)
            {
                first ??= failure;
                continue;
            }

            // Its count stays: when it is listed again it holds nothing up.
            await setAside.AddAsync("gmail", id, default, 0, MailOutcome.Refused(MailProblems.Unreadable, $"Gmail did not give it in {attempts} rounds: {failure!.Message}"), cancellationToken);
        }

        if (first is not null)
            throw new GmailException($"{(failed.Count == 1 ? "1 message" : $"{failed.Count} messages")} could not be fetched, the first because: {first.Message}", (first as GmailException)?.Status ?? default, passes: true);
    }

    private sealed record Fetched(string Id, byte[] Bytes, (IncomingMail? Mail, MailOutcome? Refusal) Read, Exception? Failure);
}
