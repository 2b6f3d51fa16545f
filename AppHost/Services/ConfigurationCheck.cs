using AppHost.Postgres;

namespace AppHost.Services;

internal static class ConfigurationCheck
{
    /// <summary>Whether the AppHost's own settings make sense; if not, says what is wrong with each, and nothing is started.</summary>
    public static bool ConfigurationFits(this IDistributedApplicationBuilder builder, string[] args)
    {
        if (args is [{ Length: > 0 } word, ..] && word[0] != '-')
        {
            Console.Error.WriteLine($"'{word}' is not known. The only verb is 'reset', which deletes this clone's data; settings look like --Postgres:Replicas=2.");
            return false;
        }

        try
        {
            var options = PostgresClusterOptions.From(builder.Configuration);
            RuntimeChoice.Make(options, builder.ExecutionContext, builder.AppHostAssembly, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"], DataPlace.Of(builder, options).MadeBy);
            return true;
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return false;
        }
    }
}
