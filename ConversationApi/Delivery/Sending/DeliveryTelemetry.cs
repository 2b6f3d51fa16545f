using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ConversationApi.Delivery.Sending;

/// <summary>What is measured of mail that goes out.</summary>
internal static class DeliveryTelemetry
{
    private const string Name = "ConversationPlatform.Delivery";
    private static readonly Meter _meter = new(Name);
    private static readonly Counter<long> _attempts = _meter.CreateCounter<long>("conversation.delivery.attempts", "{attempt}", "Attempts to hand a mail to the provider, by outcome.");
    private static readonly Histogram<double> _duration = _meter.CreateHistogram("conversation.delivery.duration", "s", "How long the provider took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    public static readonly ActivitySource Source = new(Name);

    public static void Attempt(IMailProvider provider, Handover outcome, TimeSpan duration)
    {
        TagList tags = new() { { "provider", provider.Name }, { "outcome", outcome.Kind.ToString() } };
        _attempts.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
    }
}
