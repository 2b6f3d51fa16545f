using System.Diagnostics;
using System.Text.Json;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

/// <summary>Starts APIs that index at once, and waits for them.</summary>
internal static class SearchServer
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static (string, string?)[] Settings(params (string, string?)[] more) =>
        [("Search:IndexInterval", "00:00:00.100"), ("Search:KeepInterval", "00:00:00.100"), ("Search:KeepRetired", "00:00:01"), ("Database:StaleReads:MaxLag", "00:00:00"), ("Search:MinimumMessages", "60"), ("Search:Dimensions", "20"), .. more];

    public static Task<ApiServer> StartAsync(PostgresServer server, params (string, string?)[] more) => ApiServer.StartAsync(server, Settings(more));

    public static async Task UntilAsync(this ApiServer api, string sql)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await api.ScalarAsync<bool>(sql))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < _patience, $"Not within {_patience}: {sql}");
            await Task.Delay(50);
        }
    }

    /// <summary>All mail is indexed, and words are counted.</summary>
    public static async Task UntilIndexedAsync(this ApiServer api)
    {
        await api.UntilAsync("SELECT NOT EXISTS (SELECT FROM message_work WHERE kind = 'index')");
        await api.UntilAsync("SELECT EXISTS (SELECT FROM search_corpus WHERE messages = (SELECT count(*) FROM message_search))");
    }

    public static async Task UntilModelAsync(this ApiServer api)
    {
        await api.UntilIndexedAsync();
        await api.UntilAsync("SELECT EXISTS (SELECT FROM embedding_models WHERE is_current)");
    }

    public static Task<JsonElement> SearchAsync(this ApiServer api, string q, string more = "") => api.Client.GetJsonAsync($"/api/v1/search?q={Uri.EscapeDataString(q)}{more}");

    public static IReadOnlyList<Guid> Found(this JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("messageId").GetGuid())];

    public static Guid Id(this JsonElement stored) => stored.GetProperty("id").GetGuid();
}
