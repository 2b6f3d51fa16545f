using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the model as a deployment manifest.</summary>
internal sealed class ManifestPublisher(IServiceProvider services, string appHostDirectory)
{
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var output = Path.GetFullPath(services.GetRequiredService<IConfiguration>()["Pipeline:OutputPath"]
            ?? throw new DistributedApplicationException("Say where the manifest shall be written: --output-path <file or folder>."), appHostDirectory);
        var path = output.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? output : Path.Combine(output, "aspire-manifest.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        var model = services.GetRequiredService<DistributedApplicationModel>();
        var draft = path + ".draft";
        await using (var file = new FileStream(draft, FileMode.Create))
        await using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var context = new ManifestPublishingContext(services.GetRequiredService<DistributedApplicationExecutionContext>(), path, writer, cancellationToken);
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
            writer.WriteStartObject("resources");
            foreach (var resource in model.Resources)
            {
                await WriteAsync(context, resource);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        File.Move(draft, path, overwrite: true);
        Console.WriteLine($"Published manifest to: {path}");
    }

    private static async Task WriteAsync(ManifestPublishingContext context, IResource resource)
    {
        var writer = context.Writer;
        var custom = resource.LastAnnotation<ManifestPublishingCallbackAnnotation>();
        if (custom is { Callback: null } || (custom is null && resource is not (ProjectResource or ExecutableResource or ContainerResource or ParameterResource or IResourceWithConnectionString)))
        {
            return;
        }

        writer.WriteStartObject(resource.Name);
        switch (resource)
        {
            case var _ when custom?.Callback is { } callback:
                await callback(context);
                break;
            case ProjectResource project:
                writer.WriteString("type", "project.v0");
                writer.WriteString("path", context.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
                await context.WriteCommandLineArgumentsAsync(project);
                await context.WriteEnvironmentVariablesAsync(project);
                context.WriteBindings(project);
                break;
            case ExecutableResource executable:
                writer.WriteString("type", "executable.v0");
                writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
                writer.WriteString("command", executable.Command);
                await context.WriteCommandLineArgumentsAsync(executable);
                await context.WriteEnvironmentVariablesAsync(executable);
                context.WriteBindings(executable);
                break;
            case ContainerResource container:
                await context.WriteContainerAsync(container);
                break;
            case ParameterResource parameter:
                WriteParameter(context, parameter);
                break;
            default:
                writer.WriteString("type", "value.v0");
                context.WriteConnectionString(resource);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteParameter(ManifestPublishingContext context, ParameterResource parameter)
    {
        var writer = context.Writer;
        writer.WriteString("type", "parameter.v0");
        writer.WriteString(parameter is IResourceWithConnectionString ? "connectionString" : "value", $"{{{parameter.Name}.inputs.value}}");
        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } fallback)
        {
            writer.WriteStartObject("default");
            fallback.WriteToManifest(context);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
