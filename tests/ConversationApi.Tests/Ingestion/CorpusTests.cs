using System.Text.Json;
using MailForTests;
using PostgresForTests;

namespace ConversationApi.Tests.Ingestion;

/// <summary>Whole corpora through the API. The real one takes part where it lies beside the checkout.</summary>
public sealed class CorpusTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string> Corpora => RealMail.Find() is null ? ["generated"] : ["generated", "ham"];

    [Theory]
    [MemberData(nameof(Corpora))]
    public async Task Every_order_of_arrival_gives_the_same_conversations_without_duplicate_or_loss(string name)
    {
        var corpus = name == "ham" ? RealMail.Find()! : GeneratedMail.Create(900, seed: 7);
        var shuffled = corpus.Mails.ToArray();
        new Random(42).Shuffle(shuffled);

        var inOrder = await PostTwiceAsync(corpus, [corpus.Mails]);
        var inDisorder = await PostTwiceAsync(corpus, [shuffled]);
        // Four clients, each with the whole corpus in an order of its own: every mail comes four times at about the same moment.
        var atOnce = await PostTwiceAsync(corpus, [corpus.Mails, shuffled, [.. corpus.Mails.Reverse()], [.. shuffled.Reverse()]]);

        Assert.Equal(inOrder, inDisorder);
        Assert.Equal(inOrder, atOnce);
    }

    /// <summary>For each mail of the corpus, the first mail of its conversation.</summary>
    private async Task<int[]> PostTwiceAsync(MailCorpus corpus, IReadOnlyList<MailSample>[] clients)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var first = await Task.WhenAll(clients.Select(mails => PostAsync(api, mails)));
        Assert.Equal(corpus.Mails.Count, first.Sum(items => items.Count(i => i.Item.Status() == "stored")));
        Assert.Equal(corpus.Mails.Count * (clients.Length - 1), first.Sum(items => items.Count(i => i.Item.Status() == "duplicate")));

        var second = await Task.WhenAll(clients.Select(mails => PostAsync(api, mails)));
        Assert.All(second.SelectMany(items => items), i => Assert.Equal("duplicate", i.Item.Status()));

        Assert.Equal(corpus.Mails.Count, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages"));
        Assert.Equal(0, await api.ScalarAsync<long>("""
            SELECT count(*) FROM conversations c WHERE ROW (message_count, last_message_at) IS DISTINCT FROM
                (SELECT ROW (count(*)::int, max(sent_at)) FROM conversation_messages m WHERE m.conversation_id = c.id)
            """));
        var conversations = second[0].ToDictionary(i => i.Mail, i => i.Item.Conversation());
        Assert.True(PairwiseAgreement.F1(corpus.Mails.Select(m => (m.Thread, $"{conversations[m]}"))) >= corpus.MinF1);
        var firstOf = new Dictionary<Guid, int>();
        return [.. corpus.Mails.Select((mail, index) => firstOf.TryAdd(conversations[mail], index) ? index : firstOf[conversations[mail]])];
    }

    private static async Task<(MailSample Mail, JsonElement Item)[]> PostAsync(ApiServer api, IReadOnlyList<MailSample> mails)
    {
        var items = new List<(MailSample, JsonElement)>();
        foreach (var batch in mails.Chunk(400))
            items.AddRange(batch.Zip(await api.Client.PostLinesAsync(batch.Select(m => m.Json))));
        return [.. items];
    }
}
