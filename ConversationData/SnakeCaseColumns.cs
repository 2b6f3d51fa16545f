using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ConversationData;

/// <summary>Names every column after its property: <c>LastMessageAt</c> is <c>last_message_at</c>.</summary>
internal static class SnakeCaseColumns
{
    public static void Apply(IMutableModel model)
    {
        foreach (var property in model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }
}
