using System.Diagnostics;
using System.Diagnostics.Metrics;
using ConversationData.Operations.Runs;
using OperationsCatalogue;

namespace MaintenanceWorker.Operations;

/// <summary>Spans and metrics of operations.</summary>
internal sealed class OperationTelemetry : IDisposable
{
    public const string Name = "ConversationPlatform.Operations";
    private static readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _active;

    public OperationTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram("conversation_platform.operation.duration", "s", "How long operations took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400] });
        _active = _meter.CreateUpDownCounter<long>("conversation_platform.operation.active", "{run}", "Operations at work in this worker.");
    }

    public Activity? Begin(Operation operation, string through)
    {
        _active.Add(1, new TagList { { "operation.name", operation.Name } });
        var activity = _source.StartActivity($"operation {operation.Name}");
        activity?.SetTag("operation.name", operation.Name).SetTag("operation.through", through);
        return activity;
    }

    public void End(Activity? activity, Operation operation, RunState state, TimeSpan duration, string? error)
    {
        var outcome = RunStates.NameOf(state);
        _active.Add(-1, new TagList { { "operation.name", operation.Name } });
        _duration.Record(duration.TotalSeconds, new TagList { { "operation.name", operation.Name }, { "operation.outcome", outcome } });
        activity?.SetTag("operation.outcome", outcome);
        if (error is not null)
            activity?.SetStatus(ActivityStatusCode.Error, error);
        activity?.Dispose();
    }

    public void Dispose() => _meter.Dispose();
}
