using System.Text.Json;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Search;

public sealed class ProviderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Key = "key-of-the-provider-0123456789";

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.CutMidBody)]
    [InlineData(Fault.MalformedJson)]
    [InlineData(Fault.Refused)]
    public async Task A_provider_that_fails_delays_vectors_and_loses_none(Fault fault)
    {
        await using var provider = await LoopbackOpenAi.StartAsync(Key);
        await using var api = await SearchServer.StartAsync(postgres.Server, Settings(provider));
        await api.Client.PostLinesAsync([MailJson.Of("first@x", text: "first words")]);
        await api.UntilModelAsync();
        provider.FailNext(fault, fault);
        await api.Client.PostLinesAsync(Enumerable.Range(0, 20).Select(i => MailJson.Of($"m{i}@x", text: $"words of message {i}")));
        // Words do not wait for the provider.
        await api.UntilAsync("SELECT count(*) = 21 FROM message_search");
        await api.UntilIndexedAsync();
        Assert.Equal(21, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings e JOIN embedding_models m ON m.id = e.model_id WHERE m.is_current AND NOT m.is_local"));
    }

    [Theory]
    [InlineData("400")]
    [InlineData("500")]
    [InlineData("means nothing")]
    public async Task A_text_that_the_provider_never_makes_a_vector_of_has_none_and_the_others_do(string error)
    {
        await using var provider = await StartAsync(error);
        await using var api = await SearchServer.StartAsync(postgres.Server, Settings(provider));
        await api.Client.PostLinesAsync([MailJson.Of("first@x")]);
        await api.UntilModelAsync();
        await api.Client.PostLinesAsync(Enumerable.Range(0, 12).Select(i => MailJson.Of($"m{i}@x", text: i == 5 ? "unspeakable" : $"message {i}")));
        await api.UntilAsync($"SELECT (SELECT count(*) FROM message_embeddings) = 12 AND (SELECT count(*) FROM message_work WHERE kind = 'index' AND last_error LIKE '%{error}%') = 1");
        Assert.Single((await api.SearchAsync("unspeakable", "&mode=text")).Found());
    }

    [Theory]
    [InlineData("400")]
    [InlineData("500")]
    [InlineData("means nothing")]
    public async Task A_text_that_the_provider_never_makes_a_vector_of_does_not_keep_a_new_model_from_being_used(string error)
    {
        await using var provider = await StartAsync(error);
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using (var words = ApiServer.Start(database, SearchServer.Settings(("Search:Embeddings", "None"))))
        {
            await words.Client.PostLinesAsync(Enumerable.Range(0, 12).Select(i => MailJson.Of($"m{i}@x", text: i == 5 ? "unspeakable" : $"message {i}")));
            await words.UntilIndexedAsync();
        }

        await using var api = ApiServer.Start(database, SearchServer.Settings(Settings(provider)));
        await api.UntilAsync("SELECT EXISTS (SELECT FROM embedding_models WHERE is_current) AND (SELECT count(*) FROM message_embeddings) = 11");
        await api.UntilAsync($"SELECT count(*) = 1 FROM message_work WHERE kind = 'index' AND last_error LIKE '%{error}%'");
    }

    [Fact]
    public async Task A_search_goes_by_words_while_the_provider_fails_and_by_meaning_again_afterwards()
    {
        await using var provider = await LoopbackOpenAi.StartAsync(Key);
        using var log = new LogLines();
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(log), SearchServer.Settings(Settings(provider)));
        var stored = await api.Client.PostLinesAsync([MailJson.Of("a@x", subject: "", text: "green apples and pears"), MailJson.Of("b@x", subject: "", text: "blue cars and trains")]);
        await api.UntilModelAsync();
        var answer = await api.SearchAsync("apples pears", "&mode=semantic");
        Assert.Equal("semantic", answer.GetProperty("mode").GetString());
        Assert.Equal(stored[0].Id(), answer.Found()[0]);
        provider.FailNext(Fault.ServerError);
        answer = await api.SearchAsync("apples pears", "&mode=semantic");
        Assert.Equal("text", answer.GetProperty("mode").GetString());
        Assert.Equal([stored[0].Id()], answer.Found());
        Assert.Contains("provider", answer.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await api.SearchAsync("apples pears")).GetProperty("reason").ValueKind);
        Assert.DoesNotContain(log.Lines, line => line.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_provider_that_hangs_holds_no_search_and_no_comparison_for_longer_than_a_question_may_take()
    {
        await using var provider = await LoopbackOpenAi.StartAsync(Key);
        await using var api = await SearchServer.StartAsync(postgres.Server, [.. Settings(provider), ("OpenAI:Timeout", "00:00:50"), ("Search:QuestionTimeout", "00:00:00.400")]);
        var stored = await api.Client.PostLinesAsync(
            [MailJson.Of("a@x", subject: "", text: "green apples"), MailJson.Of("b@x", "<a@x>", subject: "", text: "more apples"), MailJson.Of("c@x", "<a@x>", subject: "", text: "apples again"), MailJson.Of("d@x", subject: "", text: "red apples")]);
        await api.UntilModelAsync();
        var asked = provider.Requests.Count;
        provider.FailNext(Fault.NoAnswer, Fault.NoAnswer, Fault.NoAnswer, Fault.NoAnswer);
        var answer = await api.SearchAsync("apples").WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("text", answer.GetProperty("mode").GetString());
        Assert.Contains("in time", answer.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, answer.Found().Count);
        var similar = await api.Client.GetJsonAsync($"/api/v1/conversations/{stored[0].Conversation()}/similar").WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(stored[3].Conversation(), Assert.Single(similar.GetProperty("items").EnumerateArray()).Conversation());
        // While it was slow a moment ago it is not asked again, and afterwards it is.
        Assert.InRange(provider.Requests.Count - asked, 1, 3);
        await Delivery.Desk.UntilAsync(async () => (await api.SearchAsync("apples")).GetProperty("mode").GetString() == "hybrid", "the provider is asked again");
    }

    [Fact]
    public async Task Another_model_takes_the_place_of_the_one_in_use_once_it_has_all_vectors()
    {
        await using var provider = await LoopbackOpenAi.StartAsync(Key);
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        var mail = new TopicalMail(3, seed: 31);
        await using (var local = ApiServer.Start(database, SearchServer.Settings()))
        {
            await local.Client.PostLinesAsync(mail.Many(90));
            await local.UntilModelAsync();
            // The local model is still in use when the provider fails at first.
            provider.FailNext(Fault.ServerError, Fault.TooManyRequests);
            await using var replica = ApiServer.Start(database, SearchServer.Settings(Settings(provider)));
            await local.DisposeAsync();
            await replica.UntilAsync("SELECT count(*) = 1 AND bool_and(is_current AND NOT is_local AND dimensions = 64) FROM embedding_models");
            Assert.Equal(90, await replica.ScalarAsync<long>("SELECT count(*) FROM message_embeddings"));
            Assert.Equal("hybrid", (await replica.SearchAsync(mail.Words(0)[0])).GetProperty("mode").GetString());
        }

        // Without the key nothing of the provider's can be used: another one is fitted.
        await using var again = ApiServer.Start(database, SearchServer.Settings());
        await again.UntilAsync("SELECT count(*) = 1 AND bool_and(is_current AND is_local) FROM embedding_models");
        Assert.Equal("hybrid", (await again.SearchAsync(mail.Words(0)[0])).GetProperty("mode").GetString());
    }

    /// <summary>A provider that fails for a text with "unspeakable" in it.</summary>
    private static async Task<LoopbackOpenAi> StartAsync(string error)
    {
        var provider = await LoopbackOpenAi.StartAsync(Key);
        _ = error switch
        {
            "400" => provider.Refused = "unspeakable",
            "500" => provider.Failing = "unspeakable",
            _ => provider.Meaningless = "unspeakable",
        };
        return provider;
    }

    private static (string, string?)[] Settings(LoopbackOpenAi provider) =>
        [("OpenAI:ApiKey", Key), ("OpenAI:BaseAddress", $"{provider.Address}v1"), ("OpenAI:Timeout", "00:00:01")];
}
