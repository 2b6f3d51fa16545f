using AppHost.Postgres;
using AppHost.Postgres.Data;
using AppHost.Postgres.Runtimes;

namespace AppHost.Services;

internal static class ConfigurationCheck
{
    /// <summary>Whether what the configuration asks for can be run here; if not, says what is missing. Not asked while the model is only looked at.</summary>
    public static bool CanRunHere(this IDistributedApplicationBuilder builder)
    {
        var missing = RuntimeChoice.MissingForContainers(
            PostgresClusterOptions.From(builder), builder.ExecutionContext, builder.AppHostAssembly, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"]);
        if (missing is not null)
        {
            Console.Error.WriteLine(missing);
        }

        return missing is null;
    }

    /// <summary>Whether the AppHost's own settings make sense; if not, says what is wrong with each, and nothing is started.</summary>
    public static bool ConfigurationFits(this IDistributedApplicationBuilder builder, string[] args)
    {
        if (args is [{ Length: > 0 } word, ..] && word[0] != '-')
        {
            Console.Error.WriteLine($"'{word}' is not known. The verbs are 'reset', which deletes this clone's data, and 'adopt' and 'new', which say whose data it is where a clone was copied or moved; settings look like --Postgres:Replicas=2.");
            return false;
        }

        try
        {
            var options = PostgresClusterOptions.From(builder);
            var place = DataPlace.Of(builder, options);
            RuntimeChoice.Make(options, builder.ExecutionContext, builder.AppHostAssembly, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"], place.MadeBy);
            return options.Runtime is PostgresRuntime.External || builder.ExecutionContext.IsPublishMode || place.Refusal is not { } refusal
                ? true : throw new DistributedApplicationException(refusal);
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return false;
        }
    }
}
