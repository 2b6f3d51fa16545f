namespace ConversationApi.Idempotency;

internal static class IdempotencyExtensions
{
    public static IHostApplicationBuilder AddIdempotency(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IdempotencyOptions>().BindConfiguration(IdempotencyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<OnceOnly>();
        builder.Services.AddHostedService<IdempotencyPruner>();
        return builder;
    }
}
