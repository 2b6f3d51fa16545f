namespace ConversationApi.Ingestion.Parsing;

/// <summary>What was found in a body.</summary>
internal enum JsonFrameKind
{
    /// <summary>One value, not yet parsed.</summary>
    Value,

    /// <summary>A value beyond the size limit; its bytes were skipped.</summary>
    TooLarge,

    /// <summary>The body ended inside a value.</summary>
    Truncated,

    /// <summary>Nothing more is there right now; what was read so far can be worked on.</summary>
    Pause,

    /// <summary>The end of the body.</summary>
    End,
}

/// <summary>A finding in a body.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The value; valid until the next one is asked for.</param>
internal readonly record struct JsonFrame(JsonFrameKind Kind, ReadOnlyMemory<byte> Bytes);
