using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Searching;

/// <summary>How good the first ten results are, on a collection whose right answers are known, through the API as it is.</summary>
internal static class QualityBenchmark
{
    private static readonly (string Mode, double Goal)[] _modes = [("text", 0.49), ("semantic", 0.54), ("hybrid", 0.55)];

    public static async Task RunAsync(BenchmarkServer server, Report report, string[] settings, bool isRequired, CancellationToken cancellationToken)
    {
        if (CranfieldCollection.Find() is not { } collection)
        {
            if (isRequired)
                report.Miss("the collection that search is measured by is not on this machine (shared/data/cranfield beside the checkout)");
            return;
        }

        var database = await server.CreateDatabaseAsync(cancellationToken);
        Dictionary<Guid, int> documents;
        // The model is fitted once all documents are there.
        await using (var import = await ServerProcess.StartApiAsync(database, cancellationToken, ("Search__Embeddings", "None"), ("Search__KeepInterval", "00:00:00.200")))
        {
            documents = await ImportAsync(import, collection, cancellationToken);
            await UntilAsync(database, "SELECT count(*) = 0 FROM message_work WHERE kind = 'index'", cancellationToken);
            await UntilAsync(database, "SELECT messages = (SELECT count(*) FROM message_search) FROM search_corpus", cancellationToken);
        }

        await using var api = await ServerProcess.StartApiAsync(database, cancellationToken,
            [("Search__KeepInterval", "00:00:00.200"), .. settings.Select(setting => setting.Split('=')).Select(parts => (parts[0], parts[1]))]);
        await UntilAsync(database, "SELECT EXISTS (SELECT FROM embedding_models WHERE is_current)", cancellationToken);
        using var client = Client(api);
        foreach (var (mode, goal) in _modes)
        {
            double sum = 0;
            foreach (var (number, question) in collection.Questions)
                sum += Ndcg(await SearchAsync(client, mode, question, documents, cancellationToken), collection.Relevant[number].ToHashSet());
            report.Require($"nDCG@10, {mode}", sum / collection.Questions.Count, goal,
                string.Create(CultureInfo.InvariantCulture, $"{sum / collection.Questions.Count:F4} over {collection.Questions.Count} questions and {collection.Documents.Count} documents"));
        }
    }

    private static double Ndcg(IReadOnlyList<int> found, HashSet<int> relevant)
    {
        double Gain(int rank) => 1 / Math.Log2(rank + 2);
        var best = Enumerable.Range(0, Math.Min(10, relevant.Count)).Sum(Gain);
        return best == 0 ? 0 : found.Take(10).Select((document, rank) => relevant.Contains(document) ? Gain(rank) : 0).Sum() / best;
    }

    private static async Task<IReadOnlyList<int>> SearchAsync(HttpClient client, string mode, string question, Dictionary<Guid, int> documents, CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/search?mode={mode}&limit=10&q={Uri.EscapeDataString(question)}", cancellationToken));
        if (answer.RootElement.GetProperty("mode").GetString() != mode)
            throw new InvalidOperationException(answer.RootElement.GetProperty("reason").GetString());
        return [.. answer.RootElement.GetProperty("items").EnumerateArray().Select(item => documents[item.GetProperty("messageId").GetGuid()])];
    }

    private static async Task<Dictionary<Guid, int>> ImportAsync(ServerProcess api, CranfieldCollection collection, CancellationToken cancellationToken)
    {
        var lines = collection.Documents.Select(document => JsonSerializer.Serialize(new
        {
            From = "author@people.example", FromFull = new { Email = "author@people.example", Name = "", MailboxHash = "" },
            ToFull = new[] { new { Email = "desk@platform.example", Name = "", MailboxHash = "" } },
            Subject = "", Date = "Mon, 01 Jan 2024 10:00:00 +0000", MailboxHash = "", TextBody = document.Value, HtmlBody = "",
            Headers = new[] { new { Name = "Message-ID", Value = $"<{document.Key}@documents.example>" } }, Attachments = Array.Empty<object>(),
        }));
        using var client = Client(api);
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var response = await client.PostAsync("/api/v1/inbound/messages", content, cancellationToken);
        var items = (await response.Content.ReadAsStringAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return collection.Documents.Keys.Zip(items).ToDictionary(pair => JsonDocument.Parse(pair.Second).RootElement.GetProperty("id").GetGuid(), pair => pair.First);
    }

    public static async Task UntilAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(database);
        for (var tries = 0; tries < 1200; tries++)
        {
            await using var command = source.CreateCommand(sql);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return;
            await Task.Delay(100, cancellationToken);
        }

        throw new TimeoutException(sql);
    }

    public static HttpClient Client(ServerProcess api) => new()
    {
        BaseAddress = new($"http://127.0.0.1:{api.Port}"), Timeout = TimeSpan.FromMinutes(2),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.Key) },
    };
}
