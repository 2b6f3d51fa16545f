namespace ConversationApi.OpenAi;

internal static class OpenAiExtensions
{
    public static IHostApplicationBuilder AddOpenAi(this IHostApplicationBuilder builder)
    {
        var key = builder.Configuration[OpenAiOptions.KeyVariable];
        builder.Services.AddOptions<OpenAiOptions>().BindConfiguration(OpenAiOptions.Section)
            .PostConfigure(options => options.ApiKey = string.IsNullOrWhiteSpace(options.ApiKey) ? (string.IsNullOrWhiteSpace(key) ? null : key) : options.ApiKey)
            .Validate(options => options.BaseAddress is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "OpenAI:BaseAddress must be an absolute http or https address.")
            .ValidateDataAnnotations().ValidateOnStart();
        return builder;
    }
}
