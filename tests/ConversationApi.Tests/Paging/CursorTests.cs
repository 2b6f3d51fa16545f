using System.Buffers.Text;
using System.Net;
using ConversationApi.Conversations;
using ConversationApi.Delivery.Replies;
using ConversationApi.Messages;
using ConversationApi.Paging;
using ConversationApi.Tests.Delivery;
using PostgresForTests;

namespace ConversationApi.Tests.Paging;

public sealed class CursorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_cursor_that_was_changed_anywhere_is_refused_and_breaks_nothing()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = await api.AskedAsync();
        await api.Client.PostLinesAsync([MailJson.Of("b@x", "<a@x>"), MailJson.Of("c@x")]);
        string[] lists = [.. ((string[])["lastMessageAt", "messageCount", "createdAt"]).Select(sort => $"/api/v1/conversations?sort={sort}&limit=1"), $"/api/v1/conversations/{id}/messages?limit=1"];
        var random = new Random(11);
        foreach (var list in lists)
        {
            var cursor = (await api.Client.GetJsonAsync(list)).GetProperty("nextCursor").GetString()!;
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, $"{list}&cursor={cursor}"));
            for (var at = 0; at < Base64Url.DecodeFromChars(cursor).Length; at++)
            {
                var bytes = Base64Url.DecodeFromChars(cursor);
                bytes[at] ^= (byte)random.Next(1, 256);
                Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(api, $"{list}&cursor={Base64Url.EncodeToString(bytes)}"));
            }
        }
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(3155378976000000000L)]
    public async Task A_cursor_that_somebody_made_up_is_refused_where_its_value_is_none_of_the_list(long value)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = await api.AskedAsync();
        var cursor = new Cursor(value, id);
        foreach (var sort in Enum.GetValues<ConversationSort>())
            Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(api,
                $"/api/v1/conversations?sort={char.ToLowerInvariant(sort.ToString()[0])}{sort.ToString()[1..]}&cursor={cursor.Encode(ConversationListQuery.ListName(null, null, null, null, null, null, sort))}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(api, $"/api/v1/conversations/{id}/messages?cursor={cursor.Encode(MessageReader.ListName(id))}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(api, $"/api/v1/deliveries?cursor={cursor.Encode(DeliveryReader.ListName)}"));
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiServer api, string path)
    {
        using var response = await api.Client.GetAsync(path);
        return response.StatusCode;
    }
}
