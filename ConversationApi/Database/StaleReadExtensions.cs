namespace ConversationApi.Database;

internal static class StaleReadExtensions
{
    public static IHostApplicationBuilder AddStaleReads(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StaleReadOptions>().BindConfiguration(StaleReadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<StaleReads>();
        builder.Services.AddHostedService<StandbyMonitor>();
        return builder;
    }
}
