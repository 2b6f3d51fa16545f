namespace ConversationApi.Work;

internal static class WorkExtensions
{
    public static IHostApplicationBuilder AddWork(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkQueue>();
        builder.Services.AddSingleton<WorkSignals>();
        return builder;
    }
}
