using ConversationApi.Database;
using ConversationApi.Messages;
using ConversationApi.Paging;
using ConversationData.Connections;
using ConversationData.Suggestions;
using Npgsql;

namespace ConversationApi.Suggestions;

/// <summary>Reads drafted replies, the newest first.</summary>
internal sealed class SuggestionReader(ConversationDataSource data)
{
    public async Task<SuggestionPage> ListAsync(Guid conversationId, Cursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var batch = data.Primary.CreateBatch();
        batch.Add(SuggestionSql.Page, SqlValue.Uuid(conversationId), SqlValue.Integer(limit + 1), SqlValue.UuidOrNull(after?.Id));
        if (after is null)
            batch.Add(SuggestionSql.GivenUp, SqlValue.Uuid(conversationId));
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        var items = new List<SuggestionView>();
        while (await row.ReadAsync(cancellationToken))
            items.Add(View(row));
        var givenUp = new List<GivenUpDraft>();
        if (await row.NextResultAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                givenUp.Add(new(row.GetGuid(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetDateTime(3)));
        if (items.Count <= limit)
            return new(items, null, givenUp);
        items.RemoveAt(limit);
        return new(items, new Cursor(0, items[^1].Id).Encode(ListName(conversationId)), givenUp);
    }

    /// <summary>What a cursor must fit.</summary>
    public static string ListName(Guid conversationId) => $"suggestions|{conversationId}";

    /// <summary>The row that the reader is at, with <see cref="SuggestionSql.Columns"/>.</summary>
    public static SuggestionView View(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        RawJson? Json(int column) => Text(column) is { } text ? new(text) : null;
        return new(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), Text(4), row.IsDBNull(5) ? null : row.GetDouble(5), Json(6), Json(7), row.GetString(8),
            row.IsDBNull(9) ? null : row.GetInt32(9), row.IsDBNull(10) ? null : row.GetDecimal(10), row.GetFieldValue<SuggestionStatus>(11), Text(12), Text(13),
            row.IsDBNull(14) ? null : row.GetDateTime(14), Text(15), row.GetDateTime(16), row.GetDateTime(17));
    }
}
