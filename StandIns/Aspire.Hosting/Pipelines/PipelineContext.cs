using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

[Experimental("ASPIREPIPELINES001")]
public sealed class PipelineContext(DistributedApplicationModel model, DistributedApplicationExecutionContext executionContext, IServiceProvider serviceProvider, ILogger logger, CancellationToken cancellationToken)
{
    public DistributedApplicationModel Model { get; } = model;
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;
    public IServiceProvider Services { get; } = serviceProvider;
    public ILogger Logger { get; } = logger;
    public CancellationToken CancellationToken { get; set; } = cancellationToken;
}

[Experimental("ASPIREPIPELINES001")]
public class PipelineStepFactoryContext
{
    public required PipelineContext PipelineContext { get; init; }
    public required IResource Resource { get; init; }
}

[Experimental("ASPIREPIPELINES001")]
public sealed class PipelineStepContext
{
    public required PipelineContext PipelineContext { get; init; }
    public DistributedApplicationModel Model => PipelineContext.Model;
    public DistributedApplicationExecutionContext ExecutionContext => PipelineContext.ExecutionContext;
    public IServiceProvider Services => PipelineContext.Services;
    public ILogger Logger => PipelineContext.Logger;
    public CancellationToken CancellationToken => PipelineContext.CancellationToken;
}
