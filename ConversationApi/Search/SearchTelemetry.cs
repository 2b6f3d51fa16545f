using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ConversationApi.Search;

/// <summary>What search tells of itself.</summary>
internal static class SearchTelemetry
{
    private const string Name = "ConversationPlatform.Search";
    private static readonly Meter _meter = new(Name);

    public static readonly ActivitySource Source = new(Name);

    public static readonly Counter<long> Indexed = _meter.CreateCounter<long>("search.messages.indexed", "{message}", "Messages made findable by this process.");

    public static readonly Histogram<double> Duration = _meter.CreateHistogram("search.duration", "s", "Time that searches take in this process, by mode.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

    public static readonly Counter<long> Fitted = _meter.CreateCounter<long>("search.models.fitted", "{model}", "Embedding models fitted by this process.");
}
