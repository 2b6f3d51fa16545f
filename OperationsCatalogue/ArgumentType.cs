namespace OperationsCatalogue;

/// <summary>The kinds of values that arguments take; written alike on the command line and in JSON strings.</summary>
public enum ArgumentType
{
    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>A whole number, 64 bits.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A length of time: <c>90s</c>, <c>15m</c>, <c>36h</c>, <c>7d</c>, or <c>hh:mm:ss</c>.</summary>
    Duration,

    /// <summary>A moment in ISO 8601 with its offset: <c>2026-01-31T08:00:00Z</c>.</summary>
    Timestamp,

    /// <summary>One of a list of words.</summary>
    Choice,
}
