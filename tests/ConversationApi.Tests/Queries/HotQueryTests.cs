using ConversationApi.Conversations;
using ConversationApi.Messages;
using ConversationApi.Tests.Delivery;
using ConversationApi.Tests.Events;
using ConversationApi.Tests.Search;
using ConversationData.Queries;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PostgresForTests;

namespace ConversationApi.Tests.Queries;

/// <summary>The API sends the hot queries word for word: what is explained is what runs.</summary>
public sealed class HotQueryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_hot_query_is_sent_as_it_stands()
    {
        using var log = new LogLines();
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(log), SearchServer.Settings(("Logging:LogLevel:Npgsql", "Debug")));
        var items = await api.Client.PostLinesAsync([MailJson.Of("a@x"), MailJson.Of("b@x", "<a@x>"), MailJson.Of("c@x")]);
        using (var stranger = api.CreateClient("a-key-that-nobody-made"))
            await stranger.GetJsonAsync("/api/v1/conversations", System.Net.HttpStatusCode.Unauthorized);
        await api.Client.GetJsonAsync("/api/v1/conversations");
        await PagesAsync(api, "/api/v1/conversations?status=needs_reply&limit=1");
        await api.Client.GetJsonAsync($"/api/v1/conversations/{items[0].Conversation()}");
        await PagesAsync(api, $"/api/v1/conversations/{items[0].Conversation()}/messages?limit=1");
        await api.Client.ReplyAsync(items[0].Conversation());

        await using (var listener = await EventClient.OpenAsync(api))
        {
            await api.Client.PostLinesAsync([MailJson.Of("d@x")]);
            await listener.NextAsync();
        }

        var mail = new TopicalMail(topics: 3, seed: 1);
        await api.Client.PostLinesAsync(mail.Many(60));
        await api.UntilModelAsync();
        await api.SearchAsync(mail.Words(0)[0], "&mode=text");
        Assert.Equal("hybrid", (await api.SearchAsync(mail.Words(0)[0])).GetProperty("mode").GetString());
        var (model, dimensions) = (await api.ScalarAsync<int>("SELECT id FROM embedding_models WHERE is_current"), await api.ScalarAsync<int>("SELECT dimensions FROM embedding_models WHERE is_current"));

        var lines = log.Lines.Where(line => line.StartsWith("Debug Npgsql.Command", StringComparison.Ordinal)).ToList();
        Assert.All(HotQueries.All.Select(query => query.Of(model, dimensions)), query => Assert.True(lines.Any(line => IsSent(line, query.Sql)), $"{query.Name} is not sent:\n{query.Sql}"));
        Assert.All(HotQueries.All.Where(query => query.Settings is not null), query =>
            Assert.Contains(lines, line => IsSent(line, query.Settings!.Replace("'200'", "$1", StringComparison.Ordinal)) && IsSent(line, query.Of(model, dimensions).Sql)));
    }

    [Fact]
    public void Rows_are_written_in_the_order_in_which_they_are_asked_for()
    {
        Assert.Equal(ConversationSql.Columns, ConversationListQuery.Rows.Columns);
        Assert.Equal(MessageSql.Columns, MessageReader.Rows.Columns);
    }

    // Whole: nothing of the same statement before or after it.
    private static bool IsSent(string line, string sql) => line.Split(sql) is { Length: > 1 } parts
        && parts.SkipLast(1).All(before => !before.EndsWith('(') && !before.TrimEnd().EndsWith("AND", StringComparison.Ordinal))
        && parts.Skip(1).All(after => !after.StartsWith(" AND", StringComparison.Ordinal) && !after.StartsWith(')'));

    private static async Task PagesAsync(ApiServer api, string path)
    {
        var page = await api.Client.GetJsonAsync(path);
        await api.Client.GetJsonAsync($"{path}&cursor={page.GetProperty("nextCursor").GetString()}");
    }
}
