using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;
using Npgsql;

namespace ConversationApi.Paging;

/// <summary>Room for a page while it is written; used again for other pages, so that a page costs no memory of its own.</summary>
/// <remarks>Not disposable: a pool disposes what it does not keep, and to be disposed of would be to be given back.</remarks>
internal sealed class PageBuffer : IResettable
{
    /// <summary>A page takes no further row once it has so many bytes.</summary>
    public const int FullBytes = 4 * 1024 * 1024;

    private const int MostKeptBytes = 1024 * 1024;
    private static readonly ObjectPool<PageBuffer> _pool = ObjectPool.Create<PageBuffer>();
    private readonly ArrayBufferWriter<byte> _page = new(32 * 1024);
    private byte[] _column = new byte[4 * 1024];

    public PageBuffer() => Json = new(_page, new() { SkipValidation = true });

    public Utf8JsonWriter Json { get; }

    /// <summary>What was written and flushed.</summary>
    public ReadOnlyMemory<byte> Written => _page.WrittenMemory;

    /// <summary>The memory that it keeps.</summary>
    public int Room => _page.Capacity + _column.Length;

    /// <summary>It has <see cref="FullBytes"/> or more.</summary>
    public bool IsFull => Json.BytesCommitted + Json.BytesPending >= FullBytes;

    public static PageBuffer Rent() => _pool.Get();

    /// <summary>A column's value as the server sent it, valid until the next one is asked for: a text is UTF-8 already.</summary>
    public ReadOnlySpan<byte> BytesOf(NpgsqlDataReader row, int column)
    {
        var length = (int)row.GetBytes(column, 0, null, 0, 0);
        if (length > _column.Length)
            _column = new byte[Math.Max(length, 2 * _column.Length)];
        row.GetBytes(column, 0, _column, 0, length);
        return _column.AsSpan(0, length);
    }

    public bool TryReset()
    {
        _page.ResetWrittenCount();
        Json.Reset();
        return Room <= MostKeptBytes;
    }

    /// <summary>Gives it back. A page that grew too large is left to the garbage collector.</summary>
    public void Return() => _pool.Return(this);
}
