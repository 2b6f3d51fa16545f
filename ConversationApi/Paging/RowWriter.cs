using System.Text.Json;
using ConversationApi.Html;
using Npgsql;

namespace ConversationApi.Paging;

/// <summary>
/// Writes rows as JSON the way the serialiser would write their view, but straight from what the server sent: most of what the
/// API does all day is this.
/// </summary>
internal sealed class RowWriter(params (string Name, ColumnKind Kind)[] columns)
{
    // In PostgreSQL's binary form a version stands before the text of a jsonb.
    private const int JsonbVersionBytes = 1;
    private readonly JsonEncodedText[] _names = [.. columns.Select(column => JsonEncodedText.Encode(CamelCase(column.Name)))];
    private readonly ColumnKind[] _kinds = [.. columns.Select(column => column.Kind)];

    /// <summary>The columns as a SELECT names them.</summary>
    public string Columns { get; } = string.Join(", ", columns.Select(column => column.Name));

    /// <summary>Writes the row that the reader is at.</summary>
    public void Write(PageBuffer page, NpgsqlDataReader row)
    {
        var json = page.Json;
        json.WriteStartObject();
        for (var column = 0; column < _kinds.Length; column++)
        {
            var name = _names[column];
            if (row.IsDBNull(column))
            {
                json.WriteNull(name);
                continue;
            }

            switch (_kinds[column])
            {
                case ColumnKind.Uuid:
                    json.WriteString(name, row.GetGuid(column));
                    break;
                case ColumnKind.Text:
                    json.WriteString(name, page.BytesOf(row, column));
                    break;
                case ColumnKind.Html:
                    json.WriteString(name, HtmlCleaner.Clean(row.GetString(column)));
                    break;
                case ColumnKind.Integer:
                    json.WriteNumber(name, row.GetInt32(column));
                    break;
                case ColumnKind.BigInteger:
                    json.WriteNumber(name, row.GetInt64(column));
                    break;
                case ColumnKind.Time:
                    json.WriteString(name, row.GetDateTime(column));
                    break;
                case ColumnKind.Json:
                    json.WritePropertyName(name);
                    json.WriteRawValue(page.BytesOf(row, column)[JsonbVersionBytes..], skipInputValidation: true);
                    break;
                default:
                    json.WriteStartArray(name);
                    foreach (var text in row.GetFieldValue<string[]>(column))
                        json.WriteStringValue(text);
                    json.WriteEndArray();
                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The name of a column in JSON.</summary>
    public static string CamelCase(string name) =>
        string.Concat(name.Split('_').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
