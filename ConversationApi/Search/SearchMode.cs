using System.Text.Json;
using System.Text.Json.Serialization;

namespace ConversationApi.Search;

/// <summary>What a search goes by.</summary>
public enum SearchMode
{
    /// <summary>Words and meaning.</summary>
    Hybrid,

    /// <summary>Meaning alone.</summary>
    Semantic,

    /// <summary>Words alone.</summary>
    Text,
}

internal sealed class SearchModeConverter() : JsonStringEnumConverter<SearchMode>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
