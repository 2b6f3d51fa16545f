using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AppHost.Tests.Publishing;

/// <summary>The images, built as docs/deploy.md says and started by hand.</summary>
public sealed class ImageTests(ImageSet images) : IClassFixture<ImageSet>, IDisposable
{
    // An index that has to be built in parallel, in more memory than an engine gives to /dev/shm.
    private const string LargeIndex = """
        SET maintenance_work_mem = '192MB';
        SET max_parallel_maintenance_workers = 2;
        CREATE TABLE public.t (v halfvec(16));
        ALTER TABLE public.t SET (parallel_workers = 2);
        INSERT INTO public.t SELECT array_fill(i::real, ARRAY[16])::halfvec FROM generate_series(1, 1000) i;
        CREATE INDEX ON public.t USING hnsw (v halfvec_l2_ops);
        DROP TABLE public.t;
        """;

    private static readonly JsonSerializerOptions _asWritten = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(15));

    [EngineFact]
    public async Task Every_image_says_what_it_is_and_runs_as_a_user_by_number_that_is_not_root()
    {
        foreach (var image in images.All)
        {
            var said = JsonSerializer.Deserialize<JsonElement>(await ContainerEngine.RunAsync(_limit.Token, "image", "inspect", "--format", "{{json .Config}}", image));
            Assert.Matches("^[1-9][0-9]*(:[1-9][0-9]*)?$", said.GetProperty("User").GetString());
            foreach (var label in new[] { "title", "description", "licenses" })
                Assert.NotEmpty(said.GetProperty("Labels").GetProperty($"org.opencontainers.image.{label}").GetString()!);
        }
    }

    [EngineFact]
    public async Task A_deployment_of_the_images_takes_mail_survives_its_primary_and_ends_in_time()
    {
        await using var deployment = new Deployment(images, _limit.Token);
        await deployment.CreateNetworkAsync();
        await deployment.StartNodeAsync("postgres-1", "postgres-2");
        await deployment.StartNodeAsync("postgres-2", "postgres-1");
        await deployment.HealthyAsync("postgres-1");
        await deployment.HealthyAsync("postgres-2");
        await deployment.StartMigrationsAsync();
        await deployment.EndedAsync("migrations");
        await deployment.StartApiAsync();
        await deployment.StartWorkerAsync("postgres-1", "postgres-2");
        await deployment.HealthyAsync("worker");

        using var api = await deployment.ClientAsync("api", 8080);
        await AnswersAsync(() => api.GetAsync(new Uri("/health", UriKind.Relative), _limit.Token));
        await PostAsync(api, "Before");
        Assert.Contains("postgres-2", await deployment.ExecuteAsync("worker", "dotnet", "MaintenanceWorker.dll", "status"), StringComparison.Ordinal);
        await deployment.ExecuteAsync("postgres-1", "psql", "-X", "-h", "/var/lib/postgresql/node/run", "-d", "conversations", "-v", "ON_ERROR_STOP=1", "-c", LargeIndex);

        await deployment.KillAsync("postgres-1");
        using var replica = await deployment.ClientAsync("postgres-2", 8008);
        await AnswersAsync(() => replica.PostAsync(new Uri("/promote", UriKind.Relative), null, _limit.Token));
        await PostAsync(api, "After");
        await deployment.StartAgainAsync("postgres-1");
        await deployment.HealthyAsync("postgres-1");

        string[] all = ["worker", "api", "postgres-1", "postgres-2"];
        foreach (var name in all)
            await deployment.StopAsync(name);
        foreach (var name in all.Append("migrations"))
        {
            var said = await deployment.LogsAsync(name);
            Assert.DoesNotContain(Deployment.Key, said, StringComparison.Ordinal);
            Assert.DoesNotContain("Cannot load library", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Request starting", said, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _limit.Dispose();

    private Task PostAsync(HttpClient api, string subject) =>
        AnswersAsync(() => api.PostAsJsonAsync(new Uri("/api/v1/inbound/messages", UriKind.Relative), new { From = "ann@lead.example", Subject = subject, TextBody = "Good day" }, _asWritten, _limit.Token));

    private async Task AnswersAsync(Func<Task<HttpResponseMessage>> request)
    {
        var last = "nothing was answered";
        while (!_limit.IsCancellationRequested)
        {
            try
            {
                using var answer = await request();
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
                last = $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(_limit.Token)}";
                await Task.Delay(500, _limit.Token);
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                last = notYet.Message;
            }
        }

        Assert.Fail(last);
    }
}
