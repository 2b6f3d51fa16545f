using System.Diagnostics.Metrics;

namespace ConversationApi.Events;

/// <summary>What is measured of the stream.</summary>
internal static class EventMetrics
{
    private static readonly Meter _meter = new("ConversationPlatform.Events");

    public static readonly UpDownCounter<long> Clients = _meter.CreateUpDownCounter<long>("conversations.events.clients", "{client}", "Listeners of this replica.");

    public static readonly Counter<long> Dropped = _meter.CreateCounter<long>("conversations.events.dropped", "{client}", "Listeners that were dropped, since they were too slow.");

    public static readonly Counter<long> Pruned = _meter.CreateCounter<long>("conversations.events.pruned", "{event}", "Events that were old enough to be deleted.");
}
