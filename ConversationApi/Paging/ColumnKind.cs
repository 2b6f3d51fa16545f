namespace ConversationApi.Paging;

/// <summary>How a column becomes JSON.</summary>
internal enum ColumnKind
{
    /// <summary>uuid.</summary>
    Uuid,

    /// <summary>text, or an enum, whose labels are what the API says.</summary>
    Text,

    /// <summary>integer.</summary>
    Integer,

    /// <summary>bigint.</summary>
    BigInteger,

    /// <summary>timestamptz.</summary>
    Time,

    /// <summary>jsonb, passed on unread.</summary>
    Json,

    /// <summary>text[].</summary>
    Texts,

    /// <summary>text that is HTML of mail, made safe to show.</summary>
    Html,
}
