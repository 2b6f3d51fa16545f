using System.Data;
using System.Text.Json;
using ConversationApi.Ingestion;
using Npgsql;

namespace ConversationApi.Leads;

/// <summary>Writes all that is held of a lead as one JSON document, row by row: it may be larger than memory.</summary>
internal sealed class LeadExport(string email, NpgsqlDataSource source, TimeProvider time) : IResult
{
    private const int FlushBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        // All parts of one moment.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
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
                json.WriteRawValue(row.GetString(0), skipInputValidation: true);
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

    private void Begin(HttpResponse response, Utf8JsonWriter json)
    {
        response.ContentType = MediaTypes.Json;
        response.Headers.ContentDisposition = "attachment; filename=\"lead.json\"";
        response.Headers.CacheControl = "no-store";
        json.WriteStartObject();
        json.WriteString("email"u8, email);
        json.WriteString("exportedAt"u8, time.GetUtcNow());
    }
}
