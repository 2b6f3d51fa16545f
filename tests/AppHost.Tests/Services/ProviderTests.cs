namespace AppHost.Tests.Services;

/// <summary>What the API is told of outside services; what it is not told it takes from its own settings.</summary>
public sealed class ProviderTests : IDisposable
{
    private static readonly string[] _variables = ["Postmark__ServerToken", "Delivery__From", "Delivery__InboundAddress", "OpenAI__ApiKey"];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly DataFolder _data = new();

    [Fact]
    public async Task What_is_not_given_does_not_hide_the_apis_own_settings()
    {
        Assert.DoesNotContain(await ToldAsync("--Parameters:openai-api-key="), told => _variables.Contains(told.Key));
    }

    [Fact]
    public async Task What_is_given_is_passed_on_under_either_name()
    {
        var told = await ToldAsync("--Parameters:mail-from=sales@example.com", "--POSTMARK_API_TOKEN=token", "--OPENAI_API_KEY=key", "--Delivery:InboundAddress=in@example.com");

        Assert.Equal(["token", "sales@example.com", "in@example.com", "key"], _variables.Select(variable => told[variable]));
    }

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
    }

    private async Task<Dictionary<string, string?>> ToldAsync(params string[] arguments)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. _data.Arguments, .. arguments], _limit.Token);
        var api = builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "api");
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, api, [], _limit.Token);
        foreach (var callback in api.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var told = new Dictionary<string, string?>();
        foreach (var (name, value) in context.EnvironmentVariables.Where(variable => variable.Value is ParameterResource))
        {
            told[name] = await ((ParameterResource)value).GetValueAsync(_limit.Token);
        }

        return told;
    }
}
