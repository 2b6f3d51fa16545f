using System.Text.Json;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

public sealed class MeaningTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Topics = 6;

    [Fact]
    public async Task With_too_little_mail_words_are_used_and_the_answer_says_why()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var mail = new TopicalMail(Topics, seed: 1);
        await api.Client.PostLinesAsync(mail.Many(30));
        await api.UntilIndexedAsync();
        foreach (var mode in new[] { "hybrid", "semantic" })
        {
            var answer = await api.SearchAsync(mail.Words(0)[0], $"&mode={mode}");
            Assert.Equal("text", answer.GetProperty("mode").GetString());
            Assert.Contains("60 messages", answer.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(answer.Found());
        }

        Assert.Equal(JsonValueKind.Null, (await api.SearchAsync(mail.Words(0)[0], "&mode=text")).GetProperty("reason").ValueKind);
    }

    [Fact]
    public async Task A_message_is_found_by_what_it_is_about_though_it_has_no_word_of_the_question()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var mail = new TopicalMail(Topics, seed: 2);
        var word = mail.Words(3)[5];
        var without = (await api.Client.PostLinesAsync([mail.Json(3, "without@x", without: word), .. mail.Many(180)]))[0].Id();
        await api.UntilModelAsync();
        Assert.DoesNotContain(without, (await api.SearchAsync(word, "&mode=text&limit=100")).Found());
        foreach (var mode in new[] { "semantic", "hybrid" })
        {
            var answer = await api.SearchAsync(word, $"&mode={mode}&limit=31");
            Assert.Equal(mode, answer.GetProperty("mode").GetString());
            Assert.Contains(without, answer.Found());
            // Thirty others are about it, and they come before all that are not.
            Assert.All(await TopicsAsync(api, answer), topic => Assert.Equal("3", topic));
        }

        Assert.Equal(181, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings e JOIN embedding_models m ON m.id = e.model_id WHERE m.is_current"));
    }

    [Fact]
    public async Task Words_and_meaning_are_fused_by_reciprocal_rank_where_that_is_configured()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var api = ApiServer.Start(database, SearchServer.Settings(("Search:Fusion", "ReciprocalRank"), ("Search:TextWeight", "3"), ("Search:SemanticWeight", "1"), ("Search:Depth", "60")));
        var mail = new TopicalMail(Topics, seed: 9);
        await api.Client.PostLinesAsync(mail.Many(120));
        await api.UntilModelAsync();
        var question = $"{mail.Words(2)[1]} {mail.Words(2)[7]} {mail.Words(4)[3]}";
        var words = (await api.SearchAsync(question, "&mode=text&limit=100")).Found();
        var meaning = (await api.SearchAsync(question, "&mode=semantic&limit=100")).Found();
        var hybrid = await api.SearchAsync(question, "&limit=100");
        Assert.Equal("hybrid", hybrid.GetProperty("mode").GetString());

        double Share(IReadOnlyList<Guid> ranking, Guid message) => ranking.ToList().IndexOf(message) is var rank and >= 0 ? 61.0 / (61 + rank) : 0;
        var expected = words.Union(meaning).ToDictionary(message => message, message => (0.75 * Share(words, message)) + (0.25 * Share(meaning, message)));
        var items = hybrid.GetProperty("items").EnumerateArray().Select(item => (Id: item.GetProperty("messageId").GetGuid(), Score: item.GetProperty("score").GetDouble())).ToList();
        Assert.All(items, item => Assert.Equal(expected[item.Id], item.Score, 6));
        Assert.Equal(expected.OrderByDescending(e => Math.Round(e.Value, 9)).ThenBy(e => e.Key).Take(60).Select(e => e.Key), items.Select(item => item.Id));
        // The other fusion, the default, gives other scores.
        await using var usual = ApiServer.Start(database, SearchServer.Settings(("Search:TextWeight", "3"), ("Search:SemanticWeight", "1"), ("Search:Depth", "60")));
        await usual.UntilModelAsync();
        Assert.NotEqual(items.Select(item => item.Score), (await usual.SearchAsync(question, "&limit=100")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("score").GetDouble()));
    }

    [Fact]
    public async Task A_model_is_fitted_again_when_the_mail_has_grown_and_no_search_notices()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:RefitGrowth", "2"));
        var mail = new TopicalMail(Topics, seed: 3);
        await api.Client.PostLinesAsync(mail.Many(60));
        await api.UntilModelAsync();
        using var end = new CancellationTokenSource();
        var searches = Task.Run(async () =>
        {
            var count = 0;
            for (; !end.IsCancellationRequested; count++)
            {
                var answer = await api.SearchAsync(mail.Words(count % Topics)[count % 5], "&mode=semantic&limit=5");
                Assert.Equal("semantic", answer.GetProperty("mode").GetString());
                Assert.Equal(5, answer.Found().Count);
                Assert.All(await TopicsAsync(api, answer), topic => Assert.Equal($"{count % Topics}", topic));
            }

            return count;
        });
        for (var i = 0; i < 6; i++)
            await api.Client.PostLinesAsync(mail.Many(60, $"later{i}-"));
        await api.UntilIndexedAsync();
        await api.UntilAsync("SELECT count(*) = 1 AND bool_and(is_current AND fitted_on >= 210 AND id > 1) FROM embedding_models");
        await end.CancelAsync();
        Assert.InRange(await searches, 5, int.MaxValue);
        Assert.Equal(420, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings e JOIN embedding_models m ON m.id = e.model_id WHERE m.is_current"));
        Assert.Equal(420, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings"));
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(DISTINCT model_id) FROM embedding_model_terms"));
    }

    [Fact]
    public async Task A_new_model_waits_for_its_index_when_the_one_in_use_has_one()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:ExactMessages", "20"));
        await RefitIndexedAsync(api);
        await Task.Delay(1500);
        Assert.Equal(1, await api.ScalarAsync<int>("SELECT id FROM embedding_models WHERE is_current"));
        await IndexAsync(api, model: 2);
        await api.UntilAsync("SELECT EXISTS (SELECT FROM embedding_models WHERE is_current AND id = 2)");
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_search s WHERE NOT EXISTS (SELECT FROM message_embeddings e WHERE e.message_id = s.message_id AND e.model_id = 2)"));
    }

    [Fact]
    public async Task A_new_model_that_gets_no_index_in_time_is_used_without_and_the_log_says_so()
    {
        using var log = new LogLines();
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(log),
            SearchServer.Settings(("Search:ExactMessages", "20"), ("Search:AwaitIndex", "00:00:02")));
        await RefitIndexedAsync(api);
        await api.UntilAsync("SELECT EXISTS (SELECT FROM embedding_models WHERE is_current AND id = 2)");
        Assert.Contains(log.Lines, line => line.Contains("build-vector-index", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_several_replicas_one_fits_and_all_search()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var one = ApiServer.Start(database, SearchServer.Settings());
        await using var other = ApiServer.Start(database, SearchServer.Settings());
        await using var third = ApiServer.Start(database, SearchServer.Settings());
        var mail = new TopicalMail(Topics, seed: 4);
        await one.Client.PostLinesAsync(mail.Many(100));
        await one.UntilModelAsync();
        // An identity counts every row that was ever begun.
        Assert.Equal(1, await one.ScalarAsync<long>("SELECT last_value FROM embedding_models_id_seq"));
        var answers = new List<IReadOnlyList<Guid>>();
        foreach (var api in new[] { one, other, third })
            answers.Add((await api.SearchAsync($"{mail.Words(2)[0]} {mail.Words(2)[1]}")).Found());
        Assert.Equal(10, answers[0].Count);
        Assert.All(answers, found => Assert.Equal(answers[0], found));
    }

    [Fact]
    public async Task A_model_that_a_dead_process_left_half_built_is_completed()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        var mail = new TopicalMail(Topics, seed: 5);
        await using (var first = ApiServer.Start(database, SearchServer.Settings()))
        {
            await first.Client.PostLinesAsync(mail.Many(120));
            await first.UntilModelAsync();
            // As it stands in the middle of the building.
            await first.ScalarAsync<int>("WITH m AS (UPDATE embedding_models SET is_current = false RETURNING id), e AS (DELETE FROM message_embeddings WHERE message_id < (SELECT max(message_id::text)::uuid FROM message_search) RETURNING 1) SELECT id FROM m");
        }

        await using var api = ApiServer.Start(database, SearchServer.Settings());
        await api.UntilModelAsync();
        Assert.Equal(1, await api.ScalarAsync<int>("SELECT max(id) FROM embedding_models"));
        Assert.Equal(120, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings"));
    }

    [Fact]
    public async Task Search_by_meaning_can_be_switched_off_and_its_vectors_go()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        var mail = new TopicalMail(Topics, seed: 6);
        await using (var first = ApiServer.Start(database, SearchServer.Settings()))
        {
            await first.Client.PostLinesAsync(mail.Many(70));
            await first.UntilModelAsync();
        }

        await using var api = ApiServer.Start(database, SearchServer.Settings(("Search:Embeddings", "None")));
        await api.UntilAsync("SELECT NOT EXISTS (SELECT FROM embedding_models) AND NOT EXISTS (SELECT FROM message_embeddings)");
        Assert.Contains("switched off", (await api.SearchAsync(mail.Words(0)[0])).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Model 1 is in use and has an index; model 2 has all its vectors.</summary>
    private static async Task RefitIndexedAsync(ApiServer api)
    {
        var mail = new TopicalMail(Topics, seed: 7);
        await api.Client.PostLinesAsync(mail.Many(60));
        await api.UntilModelAsync();
        await IndexAsync(api, model: 1);
        await api.Client.PostLinesAsync(mail.Many(80, "later"));
        await api.UntilAsync("SELECT count(*) = 140 FROM message_embeddings WHERE model_id = 2");
    }

    private static async Task IndexAsync(ApiServer api, int model)
    {
        await using var command = api.Database.CreateCommand($"CREATE INDEX by_meaning_{model} ON message_embeddings USING hnsw ((embedding::halfvec(20)) halfvec_cosine_ops) WHERE model_id = {model}");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<string>> TopicsAsync(ApiServer api, JsonElement answer)
    {
        await using var command = api.Database.CreateCommand("SELECT message_id FROM conversation_messages WHERE id = ANY ($1)");
        command.Parameters.Add(new() { Value = answer.Found().ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var topics = new List<string>();
        while (await reader.ReadAsync())
            topics.Add(reader.GetString(0) is "without@x" ? "3" : reader.GetString(0).Split('.')[^1].Split('@')[0]);
        return topics;
    }
}
