using System.Globalization;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

/// <summary>How good the first ten results are on mail whose right answers are known: so bad as to be useless it never gets unseen.</summary>
public sealed class QualityTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Topics = 12;
    private const int Messages = 360;

    [Theory]
    [InlineData("MinMax")]
    [InlineData("ReciprocalRank")]
    public async Task Each_way_to_search_finds_what_a_question_is_about_and_meaning_helps_words(string fusion)
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:Fusion", fusion));
        var mail = new NoisyMail(Topics, seed: 41);
        var stored = await api.Client.PostLinesAsync(Enumerable.Range(0, Messages).Select(n => mail.Json(n % Topics, string.Create(CultureInfo.InvariantCulture, $"{n}@x"))));
        var topics = stored.Select((item, n) => (Id: item.Id(), Topic: n % Topics)).ToDictionary(item => item.Id, item => item.Topic);
        await api.UntilModelAsync();
        var quality = new Dictionary<string, double>();
        foreach (var mode in new[] { "text", "semantic", "hybrid" })
        {
            double sum = 0;
            for (var n = 0; n < 3 * Topics; n++)
            {
                var answer = await api.SearchAsync(mail.Question(n % Topics), $"&mode={mode}&limit=10");
                Assert.Equal(mode, answer.GetProperty("mode").GetString());
                sum += Ndcg([.. answer.Found().Select(id => topics[id] == n % Topics)]);
            }

            quality[mode] = sum / (3 * Topics);
        }

        var all = string.Join(", ", quality.Select(mode => string.Create(CultureInfo.InvariantCulture, $"{mode.Key} {mode.Value:F3}")));
        // By chance it would be 0.08; measured were 0.54, 0.81 and 0.68 (MinMax) or 0.72.
        Assert.True(quality["text"] >= 0.45 && quality["semantic"] >= 0.7 && quality["hybrid"] >= Math.Max(0.6, quality["text"]), all);
    }

    // Thirty messages are of the topic: ten right ones are the best that there is.
    private static double Ndcg(IReadOnlyList<bool> right) =>
        right.Select((isRight, rank) => isRight ? Gain(rank) : 0).Sum() / Enumerable.Range(0, 10).Sum(Gain);

    private static double Gain(int rank) => 1 / Math.Log2(rank + 2);
}
