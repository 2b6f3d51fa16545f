namespace PostgresNode.DataDirectory;

internal static class DataDirectoryExtensions
{
    public static void AddDataDirectory(this IServiceCollection services)
    {
        services.AddSingleton<DiskSpace>();
        services.AddSingleton<LocalDataReader>();
        services.AddSingleton<DataMaker>();
        services.AddSingleton<SetAside>();
    }
}
