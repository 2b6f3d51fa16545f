using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>The command line and environment of one instance, and what the dashboard shows of them.</summary>
internal sealed record ProcessLaunch(DcpExecutable Executable, ImmutableArray<ResourcePropertySnapshot> Properties, ImmutableArray<EnvironmentVariableSnapshot> Environment)
{
    public static async Task<ProcessLaunch> ForAsync(IResource resource, string name, DistributedApplicationExecutionContext executionContext, ILogger logger, CancellationToken cancellationToken)
    {
        var own = await VariablesAsync(resource, name, executionContext, logger, cancellationToken);
        var arguments = await ArgumentsAsync(resource, executionContext, logger, cancellationToken);
        var (path, directory, first) = resource is ProjectResource project ? CommandOf(project) : CommandOf((ExecutableResource)resource);
        string[] all = [.. first, .. arguments.Select(argument => argument.Text)];
        var produced = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.IsProxied)
            .Select(endpoint => new DcpProducedService(ResourceProcesses.ServiceName(resource, endpoint), endpoint.TargetPort));
        var properties = new List<ResourcePropertySnapshot>
        {
            new("executable.path", path),
            new("executable.workDir", directory),
            new("executable.args", first.Concat(arguments.Select(argument => argument.Secret ? "***" : argument.Text)).ToArray()),
            new(CustomResourceKnownProperties.Source, Path.GetFileName(path)),
        };
        if (resource is ProjectResource owner)
        {
            properties.Add(new("project.path", owner.GetProjectMetadata().ProjectPath));
        }

        return new ProcessLaunch(
            new DcpExecutable(name, path, directory, all, [.. own], [.. produced]),
            [.. properties],
            [.. own.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Value, IsFromSpec: true)).OrderBy(variable => variable.Name, StringComparer.Ordinal)]);
    }

    private static async Task<Dictionary<string, string>> VariablesAsync(IResource resource, string name, DistributedApplicationExecutionContext executionContext, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, [], cancellationToken) { Logger = logger };
        if (resource is ProjectResource && UrlsOf(resource) is { Format.Length: > 0 } urls)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls;
        }

        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        if (context.EnvironmentVariables.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"))
        {
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = resource.Name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name[(resource.Name.Length + 1)..]}";
        }

        var resolved = new Dictionary<string, string>();
        foreach (var (key, value) in context.EnvironmentVariables)
        {
            if (await ValueOf(value, executionContext, resource, cancellationToken) is { } text)
            {
                resolved[key] = text;
            }
        }

        return resolved;
    }

    private static ReferenceExpression UrlsOf(IResource resource)
    {
        var builder = new ReferenceExpressionBuilder();
        foreach (var endpoint in ((IResourceWithEndpoints)resource).GetEndpoints().Where(endpoint =>
            endpoint.Scheme is "http" or "https" && !resource.Annotations.OfType<EndpointVariableAnnotation>().Any(variable => variable.Endpoint == endpoint.EndpointAnnotation)))
        {
            builder.AppendLiteral(builder.IsEmpty ? $"{endpoint.Scheme}://localhost:" : $";{endpoint.Scheme}://localhost:");
            builder.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
        }

        return builder.Build();
    }

    private static async Task<List<(string Text, bool Secret)>> ArgumentsAsync(IResource resource, DistributedApplicationExecutionContext executionContext, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var resolved = new List<(string, bool)>();
        foreach (var argument in context.Args)
        {
            if (await ValueOf(argument, executionContext, resource, cancellationToken) is { } text)
            {
                resolved.Add((text, argument is ParameterResource { Secret: true } or ConnectionStringReference or IResourceWithConnectionString));
            }
        }

        return resolved;
    }

    private static async ValueTask<string?> ValueOf(object value, DistributedApplicationExecutionContext executionContext, IResource caller, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(new ValueProviderContext { ExecutionContext = executionContext, Caller = caller }, cancellationToken),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken),
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static (string Path, string Directory, string[] First) CommandOf(ExecutableResource executable) => (executable.Command, executable.WorkingDirectory, []);

    // What building the AppHost built is run as it is: 'dotnet run' would add a second process and a second of its own.
    private static (string Path, string Directory, string[] First) CommandOf(ProjectResource resource)
    {
        var project = resource.GetProjectMetadata().ProjectPath;
        var directory = Path.GetDirectoryName(project)!;
        var ourOutput = new DirectoryInfo(Path.GetDirectoryName(typeof(ProcessLaunch).Assembly.Location)!);
        var (framework, configuration) = (ourOutput.Name, ourOutput.Parent?.Name ?? "Debug");
        var assembly = Path.Combine(directory, "bin", configuration, framework, Path.GetFileNameWithoutExtension(project) + ".dll");
        var dotnet = System.Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        return File.Exists(assembly)
            ? (dotnet, directory, [assembly])
            : (dotnet, directory, ["run", "--project", project, "--no-launch-profile", .. resource.GetProjectMetadata().SuppressBuild ? new[] { "--no-build" } : [], "--configuration", configuration, "--"]);
    }
}
