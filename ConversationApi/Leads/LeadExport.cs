using System.Data;
using System.Text.Json;
using ConversationApi.Ingestion;
using ConversationApi.Paging;
using ConversationApi.SlowClients;
using Npgsql;

namespace ConversationApi.Leads;

/// <summary>Writes all that is held of a lead as one JSON document, row by row: it may be larger than memory.</summary>
internal sealed class LeadExport(string email, NpgsqlDataSource source, TimeProvider time) : IResult
{
    /// <summary>What is held of a lead where neither the export nor the removal reaches.</summary>
    public const string NotIncluded = "Backups, until they expire; the .eml files in Delivery:Folder of each API process that had no mail provider; "
        + "and what mail providers, mailboxes and models outside keep of mail that was handed to them.";

    private const int FlushBytes = 64 * 1024;

    public Task ExecuteAsync(HttpContext httpContext) => LargeAnswers.SendAsync(httpContext, LargeAnswers.OfConnection, () => WriteAsync(httpContext));

    private async Task WriteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // All parts of one moment.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var utc = new NpgsqlCommand(LeadSql.InUtc, connection, transaction))
            await utc.ExecuteNonQueryAsync(cancellationToken);
        var response = httpContext.Response;
        await using var json = new Utf8JsonWriter(response.BodyWriter, new() { SkipValidation = true });
        var began = false;
        foreach (var (name, sql) in LeadSql.Export)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
            command.Parameters.Add(new() { Value = email });
            await using var row = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
            if (!began)
                Begin(response, json);
            began = true;
            json.WriteStartArray(name);
            while (await row.ReadAsync(cancellationToken))
            {
                using (var fields = JsonDocument.Parse(row.GetString(0)))
                    Write(json, fields.RootElement);
                if (json.BytesPending < FlushBytes)
                    continue;
                json.Flush();
                await response.BodyWriter.FlushAsync(cancellationToken);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>Writes a row, and the earlier row in a version of one, under the names that the API has for columns; what is in a column stays as it is.</summary>
    private static void Write(Utf8JsonWriter json, JsonElement row)
    {
        json.WriteStartObject();
        foreach (var column in row.EnumerateObject())
        {
            json.WritePropertyName(RowWriter.CamelCase(column.Name));
            if (column.NameEquals("old_row"u8))
                Write(json, column.Value);
            else
                column.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private void Begin(HttpResponse response, Utf8JsonWriter json)
    {
        response.ContentType = MediaTypes.Json;
        response.Headers.ContentDisposition = "attachment; filename=\"lead.json\"";
        response.Headers.CacheControl = "no-store";
        json.WriteStartObject();
        json.WriteString("email"u8, email);
        json.WriteString("exportedAt"u8, time.GetUtcNow());
        json.WriteString("notIncluded"u8, NotIncluded);
    }
}
