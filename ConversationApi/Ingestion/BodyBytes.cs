namespace ConversationApi.Ingestion;

/// <summary>Reads a body whole, and of a body that is too long only the beginning.</summary>
internal static class BodyBytes
{
    private const int First = 64 * 1024;

    /// <summary>At most <paramref name="most"/> bytes, and how many there were.</summary>
    /// <exception cref="BadHttpRequestException">It is longer than the server takes, or ends too early.</exception>
    public static async Task<(ReadOnlyMemory<byte> Kept, long Length)> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(most, First)];
        var kept = 0;
        long length = 0;
        while (true)
        {
            if (kept == buffer.Length && kept < most)
                Array.Resize(ref buffer, (int)Math.Min(most, 2L * kept));
            // What is beyond the most is counted and forgotten.
            var into = kept < most ? buffer.AsMemory(kept) : new byte[First];
            var read = await request.Body.ReadAsync(into, cancellationToken);
            if (read == 0)
                return (buffer.AsMemory(0, kept), length);
            length += read;
            if (kept < most)
                kept += read;
        }
    }
}
