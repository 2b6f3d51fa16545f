namespace PostgresNode.Roles;

internal static class RolesExtensions
{
    public static void AddRoles(this IServiceCollection services)
    {
        services.AddSingleton<LocalDatabase>();
        services.AddSingleton<RoleSetup>();
        services.AddSingleton<DatabaseSetup>();
    }
}
