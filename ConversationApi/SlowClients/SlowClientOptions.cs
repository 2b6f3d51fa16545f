using System.ComponentModel.DataAnnotations;

namespace ConversationApi.SlowClients;

/// <summary>Configuration section <c>SlowClients</c>: what clients may hold that are slow to read their answers, or do not read them at all.</summary>
public sealed class SlowClientOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SlowClients";

    /// <summary>How much memory of one replica answers of more than 256 KB may keep together until they are read, in megabytes; 16 to 65,536, by default 128. One key may keep half of it. What would be more is answered with 503; an answer that is the only one always fits.</summary>
    [Range(16, 65_536)]
    public int MaxMegabytes { get; set; } = 128;

    /// <summary>How fast a client has to take its answers, in bytes a second; 240 to 100,000,000, by default 4,096. Each piece that is sent gives it as much time as the piece takes at that rate, at least 5 seconds, and what it has not used for earlier pieces; when the time is over while a piece waits, it is disconnected. What the sockets take in counts as read, so one that stops after a quick beginning may keep its answer for long: up to what was sent on its connection divided by the rate, some 40 minutes for 10 MB by default.</summary>
    [Range(240, 100_000_000)]
    public int MinBytesPerSecond { get; set; } = 4_096;
}
