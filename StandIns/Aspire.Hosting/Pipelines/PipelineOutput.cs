using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Pipelines;

[Experimental("ASPIREPIPELINES004")]
public interface IPipelineOutputService
{
    string GetOutputDirectory();
}

internal sealed class PipelineOutput(IConfiguration configuration, string appHostDirectory) : IPipelineOutputService
{
    public string GetOutputDirectory() => Path.GetFullPath(configuration["Pipeline:OutputPath"] ?? "aspire-output", appHostDirectory);
}
