using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>Publishes: runs the step that was asked for, and before it what it needs.</summary>
internal sealed class PipelineExecutor(IServiceProvider services, ManifestPublisher manifest)
{
    private const string Manifest = "publish-manifest";

    /// <summary>What azd says for the manifest's step.</summary>
    public static void UnderstandPublisher(ConfigurationManager configuration)
    {
        if (string.Equals(configuration["Publishing:Publisher"], "manifest", StringComparison.OrdinalIgnoreCase) && string.IsNullOrEmpty(configuration["Pipeline:Step"]))
        {
            configuration.AddInMemoryCollection([KeyValuePair.Create("Pipeline:Step", (string?)Manifest)]);
        }
    }

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var model = services.GetRequiredService<DistributedApplicationModel>();
        await services.GetRequiredService<IDistributedApplicationEventing>().PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
        var context = new PipelineContext(model, services.GetRequiredService<DistributedApplicationExecutionContext>(), services,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<PipelineExecutor>(), cancellationToken);
        var steps = await StepsAsync(context);
        var asked = configuration["Pipeline:Step"];

        // The packages take no step for every step, deployment included; what is published here is said.
        var step = steps.Find(step => step.Name == asked) ?? throw new DistributedApplicationException(string.IsNullOrEmpty(asked)
            ? $"Say what shall be published: --step <step>. There are: {string.Join(", ", steps.Select(step => step.Name))}."
            : $"Step '{asked}' is not known, or comes with a package that this feed lacks. There are: {string.Join(", ", steps.Select(step => step.Name))}.");
        await RunAsync(step, steps, new() { PipelineContext = context }, []);
    }

    private async Task<List<PipelineStep>> StepsAsync(PipelineContext context)
    {
        List<PipelineStep> steps =
        [
            new() { Name = Manifest, Action = step => manifest.PublishAsync(step.CancellationToken) },
            new() { Name = WellKnownPipelineSteps.Publish, Action = _ => Task.CompletedTask },
        ];
        foreach (var resource in context.Model.Resources)
        {
            foreach (var annotation in resource.Annotations.OfType<PipelineStepAnnotation>())
            {
                steps.AddRange(await annotation.CreateStepsAsync(new() { PipelineContext = context, Resource = resource }));
            }
        }

        return steps;
    }

    private static async Task RunAsync(PipelineStep step, List<PipelineStep> all, PipelineStepContext context, HashSet<string> done)
    {
        if (!done.Add(step.Name))
        {
            return;
        }

        foreach (var earlier in all.Where(other => step.DependsOnSteps.Contains(other.Name) || other.RequiredBySteps.Contains(step.Name)))
        {
            await RunAsync(earlier, all, context, done);
        }

        await step.Action(context);
    }
}
