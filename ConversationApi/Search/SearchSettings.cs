using System.Globalization;
using ConversationApi.Search.Questions;
using ConversationData.Queries;
using Npgsql;

namespace ConversationApi.Search;

/// <summary>How the server runs a search: set for its transaction alone, and sent together with it.</summary>
internal sealed class SearchSettings(ReachFinder reach)
{
    public async Task<NpgsqlBatchCommand> CommandAsync(SearchOptions options, bool filtered, CancellationToken cancellationToken)
    {
        var sql = RankingSql.Settings;
        // How much a filter leaves depends on its values; without one, planning each time would take longer than some searches.
        if (filtered)
            sql += ", set_config('plan_cache_mode', 'force_custom_plan', true)";
        if (filtered && await reach.VersionAsync(cancellationToken) >= new Version(0, 8))
            sql += ", set_config('hnsw.iterative_scan', 'strict_order', true)";
        return new(sql) { Parameters = { new() { Value = Math.Max(options.VectorBreadth, options.Depth).ToString(CultureInfo.InvariantCulture) } } };
    }
}
