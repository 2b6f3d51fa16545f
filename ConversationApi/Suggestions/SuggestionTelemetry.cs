using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ConversationApi.Suggestions;

/// <summary>What drafting tells of itself.</summary>
internal static class SuggestionTelemetry
{
    private const string Name = "ConversationPlatform.Suggestions";
    private static readonly Meter _meter = new(Name);

    public static readonly ActivitySource Source = new(Name);

    public static readonly Counter<long> Made = _meter.CreateCounter<long>("conversations.suggestions.made", "{suggestion}", "Replies drafted by this process.");

    public static readonly Counter<long> Failed = _meter.CreateCounter<long>("conversations.suggestions.failed", "{attempt}", "Attempts to draft a reply that failed.");

    public static readonly Histogram<double> Duration = _meter.CreateHistogram("conversations.suggestions.duration", "s", "Time that drafting a reply takes.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
}
