using System.Reflection;
using ConversationApi.Ingestion;
using ConversationApi.SlowClients;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace ConversationApi.Paging;

/// <summary>A <see cref="Page{T}"/> as the bytes that it is sent as. It ends before its limit rather than grow without one: behind the row that fills it.</summary>
internal sealed class PageResult<T> : IResult, IEndpointMetadataProvider
{
    private readonly PageBuffer _buffer;

    private PageResult(PageBuffer buffer, int count) => (_buffer, Count) = (buffer, count);

    /// <summary>How many rows it has.</summary>
    public int Count { get; }

    /// <summary>Reads a page.</summary>
    /// <param name="command">Asks for one row more than the page has: it says that there is another page.</param>
    /// <param name="rows">Writes one.</param>
    /// <param name="limit">Rows of the page.</param>
    /// <param name="cursorAt">The cursor behind a row.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PageResult<T>> ReadAsync(
        NpgsqlCommand command, RowWriter rows, int limit, Func<NpgsqlDataReader, string> cursorAt, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = PageBuffer.Rent();
        var json = page.Json;
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        var count = 0;
        string? last = null, next = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (last is not null)
            {
                next = last;
                break;
            }

            rows.Write(page, reader);
            if (++count == limit || page.IsFull)
                last = cursorAt(reader);
        }

        json.WriteEndArray();
        json.WriteString("nextCursor"u8, next);
        json.WriteEndObject();
        json.Flush();
        return new(page, count);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Page<T>), [MediaTypes.Json]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status503ServiceUnavailable, typeof(ProblemDetails), [MediaTypes.Problem]));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            if (_buffer.Written.Length > LargeAnswers.LargeBytes)
                await SendLargeAsync(httpContext);
            else
                await Begin(httpContext).BodyWriter.WriteAsync(_buffer.Written, httpContext.RequestAborted);
        }
        finally
        {
            _buffer.Return();
        }
    }

    // Apart, so that others do not make room for what it hands on.
    private Task SendLargeAsync(HttpContext httpContext) =>
        LargeAnswers.SendAsync(httpContext, _buffer.Room, () => LargeAnswers.WriteAsync(Begin(httpContext), _buffer.Written, httpContext.RequestAborted));

    private HttpResponse Begin(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = _buffer.Written.Length;
        return response;
    }
}
