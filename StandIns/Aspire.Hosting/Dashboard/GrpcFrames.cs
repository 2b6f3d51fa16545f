using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>gRPC's own part of a call over HTTP/2: a 5-byte prefix before each message, and the status in the trailers.</summary>
internal static class GrpcFrames
{
    public const int Ok = 0, Cancelled = 1, InvalidArgument = 3, Internal = 13, Unavailable = 14, Unauthenticated = 16;
    private const int PrefixLength = 5, MaximumLength = 4 * 1024 * 1024;

    /// <summary>The next message of the request, or null at its end.</summary>
    /// <exception cref="InvalidDataException">Compressed, too long, or cut short.</exception>
    public static async Task<T?> ReadAsync<T>(PipeReader body, MessageParser<T> parser, CancellationToken ct)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            if (TryTake(read.Buffer, out var message, out var next))
            {
                var value = parser.ParseFrom(message);
                body.AdvanceTo(next);
                return value;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return read.Buffer.IsEmpty ? null : throw new InvalidDataException("The request ends in the middle of a message.");
            }
        }
    }

    public static async Task WriteAsync(HttpResponse response, IMessage message, CancellationToken ct)
    {
        var length = message.CalculateSize();
        var frame = response.BodyWriter.GetSpan(PrefixLength + length)[..(PrefixLength + length)];
        frame[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)length);
        message.WriteTo(frame[PrefixLength..]);
        response.BodyWriter.Advance(PrefixLength + length);
        await response.BodyWriter.FlushAsync(ct);
    }

    public static async Task EndAsync(HttpResponse response, int status, string message = "")
    {
        if (!response.HasStarted)
        {
            await response.StartAsync(CancellationToken.None);
        }

        response.AppendTrailer("grpc-status", $"{status}");
        if (message.Length > 0)
        {
            response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        }

        await response.CompleteAsync();
    }

    private static bool TryTake(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message, out SequencePosition next)
    {
        (message, next) = (default, buffer.Start);
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] != 0 || length > MaximumLength)
        {
            throw new InvalidDataException("Only uncompressed messages up to 4 MB are understood.");
        }

        if (buffer.Length < PrefixLength + length)
        {
            return false;
        }

        message = buffer.Slice(PrefixLength, length);
        next = message.End;
        return true;
    }
}
