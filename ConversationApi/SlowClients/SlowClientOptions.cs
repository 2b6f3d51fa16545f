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

    /// <summary>How fast a client reads at least, on average from the sixth second of an answer on, in bytes a second; 240 to 100,000,000, by default 4,096. One that is slower is disconnected.</summary>
    [Range(240, 100_000_000)]
    public int MinBytesPerSecond { get; set; } = 4_096;
}
