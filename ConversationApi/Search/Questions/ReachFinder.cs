using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Search.Questions;

/// <summary>Counts, up to a bound, what filters leave.</summary>
internal sealed class ReachFinder(ConversationDataSource data, IOptions<SearchOptions> options)
{
    /// <summary>How many times the candidates filters are given: those that leave many messages still leave only a part of those with a word.</summary>
    public const int Wider = 5;

    private static readonly Version _iterativeScans = new(0, 8);
    private Version? _pgvector;

    public async Task<Reach> FindAsync(NpgsqlDataSource source, SearchFilter filter, CancellationToken cancellationToken)
    {
        var candidates = options.Value.Candidates;
        if (!filter.IsNarrow)
            return new(Exact: false, candidates);
        // To count messages that were answered could mean to look at all of them.
        if (filter.AnsweredOnly)
            return new(await VersionAsync(cancellationToken) < _iterativeScans, Wider * candidates);
        var sql = new SqlParameters();
        await using var command = source.CreateCommand($"SELECT count(*) FROM (SELECT FROM message_search s{filter.Apply(sql)} LIMIT {options.Value.ExactMessages + 1}) few");
        command.Parameters.AddRange(sql.Values);
        var few = (long)(await command.ExecuteScalarAsync(cancellationToken))! <= options.Value.ExactMessages;
        // Older versions look at no more than the nearest vectors, and filters may leave none of them.
        return new(few || await VersionAsync(cancellationToken) < _iterativeScans, few ? int.MaxValue : Wider * candidates);
    }

    /// <summary>pgvector's.</summary>
    public async Task<Version> VersionAsync(CancellationToken cancellationToken)
    {
        if (_pgvector is { } known)
            return known;
        await using var command = data.Primary.CreateCommand("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
        return _pgvector = Version.TryParse((string?)await command.ExecuteScalarAsync(cancellationToken), out var version) ? version : new(0, 0);
    }
}
