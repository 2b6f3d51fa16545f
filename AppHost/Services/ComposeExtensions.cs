using System.Text.RegularExpressions;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources;

namespace AppHost.Services;

/// <summary>Publishing as a compose file. A parameter becomes a variable of the .env file beside it, which is published without values.</summary>
internal static partial class ComposeExtensions
{
    private const string Manifest = "publish-manifest";

    /// <summary>Adds what the step <c>publish</c> writes: docker-compose.yaml and its .env.</summary>
    public static void AddComposeWhenPublished(this IDistributedApplicationBuilder builder)
    {
        if (builder.PublishesCompose())
        {
            builder.AddDockerComposeEnvironment("compose")
                .WithDashboard(false)
                .ConfigureComposeFile(file => builder.Complete(file))
                .ConfigureEnvFile(Describe);
        }
    }

    /// <summary>Whether this run publishes a compose file. A manifest is for somebody who brings an environment of his own, and must not show this one.</summary>
    public static bool PublishesCompose(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode
        && !string.Equals(builder.Configuration["Pipeline:Step"], Manifest, StringComparison.OrdinalIgnoreCase)
        && !string.Equals(builder.Configuration["Publishing:Publisher"], "manifest", StringComparison.OrdinalIgnoreCase);

    private static void Complete(this IDistributedApplicationBuilder builder, ComposeFile file)
    {
        // Volumes are named after it; else the folder's name would decide whose data is opened.
        file.Name = "conversation-platform";

        // Without these nothing starts well: Compose names the one that is empty before it starts anything.
        var needed = builder.Resources.OfType<ParameterResource>().Where(IsNeeded).Select(VariableName).ToHashSet();
        foreach (var environment in file.Services.Values.Select(service => service.Environment))
        {
            foreach (var (key, value) in environment.ToArray())
            {
                environment[key] = Variable().Replace(value, match => needed.Contains(match.Groups[1].Value) ? $"${{{match.Groups[1].Value}:?fill it in .env}}" : match.Value);
            }
        }
    }

    private static void Describe(IDictionary<string, CapturedEnvironmentVariable> variables)
    {
        foreach (var variable in variables.Values)
        {
            variable.Description = variable.Source switch
            {
                ParameterResource { Default: not null } parameter when IsNeeded(parameter) => "Needed, secret: generate it once, of letters and digits, and keep it with the backups",
                ParameterResource parameter when IsNeeded(parameter) => "Needed, secret",
                ParameterResource parameter => parameter.Secret ? "May be empty; secret" : "May be empty",
                _ when variable.Name.EndsWith(ComposeServiceExtensions.ImageSuffix, StringComparison.Ordinal) => $"{variable.Description}; empty takes the one that docs/deploy.md builds",
                _ => variable.Description,
            };
        }

        variables[ComposeServiceExtensions.AddressVariable] = new CapturedEnvironmentVariable
        {
            Name = ComposeServiceExtensions.AddressVariable,
            Description = $"Where this machine publishes the API, address:port; empty takes {ComposeServiceExtensions.DefaultAddress}",
        };
    }

    private static bool IsNeeded(ParameterResource parameter) => parameter.Secret && !parameter.HasAnnotationOfType<MayBeEmptyAnnotation>();

    private static string VariableName(ParameterResource parameter) => parameter.Name.ToUpperInvariant().Replace('-', '_');

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)\}")]
    private static partial Regex Variable();
}

/// <summary>Marks a parameter without which the platform does less, but works.</summary>
internal sealed class MayBeEmptyAnnotation : IResourceAnnotation;
