using AppHost.Postgres;

namespace AppHost.Services;

internal static class ConfigurationCheck
{
    /// <summary>Whether the AppHost's own settings make sense; if not, says what is wrong with each, and nothing is started.</summary>
    public static bool ConfigurationFits(this IDistributedApplicationBuilder builder)
    {
        try
        {
            PostgresClusterOptions.From(builder.Configuration);
            return true;
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return false;
        }
    }
}
