namespace PostgresNode.Processes;

internal static class ProcessesExtensions
{
    public static void AddProcesses(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerAccount>();
        services.AddSingleton<ChildLauncher>();
        services.AddSingleton<ToolRunner>();
        services.AddSingleton<ServerLog>();
        services.AddSingleton<PostgresProcess>();
        services.AddHostedService<ParentWatch>();
    }
}
