using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public sealed class LaunchSettings
{
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];

    private static readonly JsonSerializerOptions _web = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    internal static LaunchSettings? Read(string projectDirectory)
    {
        var path = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), _web);
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"The launch settings '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    // A profile asked for by name; else the one that the AppHost itself runs with; else the first that runs a project.
    internal static (string Name, LaunchProfile Profile)? Chosen(ProjectResource resource, IConfiguration configuration)
    {
        if (resource.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>()
            || Read(Path.GetDirectoryName(resource.GetProjectMetadata().ProjectPath)!) is not { } settings)
        {
            return null;
        }

        if (resource.LastAnnotation<LaunchProfileAnnotation>() is { } wanted)
        {
            return settings.Profiles.TryGetValue(wanted.LaunchProfileName, out var named)
                ? (wanted.LaunchProfileName, named)
                : throw new DistributedApplicationException($"The launch settings of '{resource.Name}' have no profile '{wanted.LaunchProfileName}'.");
        }

        if ((configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"]) is { } same && settings.Profiles.TryGetValue(same, out var profile))
        {
            return (same, profile);
        }

        var first = settings.Profiles.FirstOrDefault(candidate => candidate.Value.CommandName == "Project");
        return first.Value is null ? null : (first.Key, first.Value);
    }
}

public sealed class LaunchProfile
{
    public string? CommandName { get; set; }
    public string? CommandLineArgs { get; set; }
    public string? ApplicationUrl { get; set; }
    public bool? LaunchBrowser { get; set; }
    public string? LaunchUrl { get; set; }
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}
