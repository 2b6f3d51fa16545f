using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Aspire.Hosting.Orchestration;

/// <summary>The logs of one executable: its own two streams, and what dcp says about it.</summary>
internal sealed class DcpLogs(DcpClient client, string name)
{
    public async IAsyncEnumerable<DcpLogLine> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lines = Channel.CreateBounded<DcpLogLine>(1000);
        var followers = Task.WhenAll(
            FollowAsync(DcpLogSource.System, "system", lines.Writer, ending.Token),
            FollowAsync(DcpLogSource.StandardOutput, "stdout", lines.Writer, ending.Token),
            FollowAsync(DcpLogSource.StandardError, "stderr", lines.Writer, ending.Token));
        var completion = CompleteAsync(followers, lines.Writer);
        try
        {
            while (await WaitAsync(lines.Reader, ct))
            {
                while (lines.Reader.TryRead(out var line))
                {
                    yield return line;
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
            await completion;
        }
    }

    private static async Task<bool> WaitAsync(ChannelReader<DcpLogLine> lines, CancellationToken ct)
    {
        try
        {
            return await lines.WaitToReadAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task CompleteAsync(Task followers, ChannelWriter<DcpLogLine> lines)
    {
        await followers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lines.Complete();
    }

    private async Task FollowAsync(DcpLogSource source, string query, ChannelWriter<DcpLogLine> lines, CancellationToken ct)
    {
        var delivered = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                // Whether it had ended is asked before its lines are read: then none can be missing afterwards.
                var state = await FindAsync(ct);
                if (state is null || (state.State == "FailedToStart" && source != DcpLogSource.System))
                {
                    return;
                }

                // The two streams of a program that does not run yet are not asked for: if it never starts, the answer never ends.
                if (state.HasStarted || source == DcpLogSource.System)
                {
                    var read = 0;
                    await foreach (var line in client.ReadLinesAsync($"executables/{name}/log?source={query}&follow=true&timestamps=true", ct))
                    {
                        // A log is read from its beginning each time.
                        if (++read > delivered)
                        {
                            delivered = read;
                            await lines.WriteAsync(Parse(source, line), ct);
                        }
                    }

                    if (state.HasEnded)
                    {
                        return;
                    }
                }
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException or DcpException)
            {
                // Asked again, from the line that was the last.
            }

            await Task.Delay(50, ct);
        }
    }

    private async Task<DcpExecutableState?> FindAsync(CancellationToken ct) =>
        await client.GetAsync($"executables/{name}", DcpJson.Default.ExecutableObject, ct) is { } found ? DcpExecutableState.From(found) : null;

    internal static DcpLogLine Parse(DcpLogSource source, string line)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        DateTimeOffset? at = null;
        var text = line;
        if (DateTimeOffset.TryParse(end < 0 ? line : line.AsSpan(0, end), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var stamp))
        {
            at = stamp;
            text = end < 0 ? "" : line[(end + 1)..];
        }

        return new DcpLogLine(source, source == DcpLogSource.System ? Shorten(text) : text, at);
    }

    /// <summary>dcp's own lines are 'level, component, message, JSON' between tabs: the message and the error are for people, arguments may be secret.</summary>
    private static string Shorten(string line)
    {
        var parts = line.Split('\t', 4);
        if (parts.Length < 3)
        {
            return line;
        }

        try
        {
            using var details = JsonDocument.Parse(parts.Length > 3 ? parts[3] : "{}");
            return details.RootElement.TryGetProperty("error", out var error) ? $"{parts[2]}: {error}" : parts[2];
        }
        catch (JsonException)
        {
            return parts[2];
        }
    }
}
