using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns dcp's list and watch into one stream of changes that survives a lost connection.</summary>
internal sealed class DcpWatch(DcpClient client)
{
    private readonly Dictionary<string, DcpExecutableState> _known = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<DcpExecutableState> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await using var events = ConnectAsync(ct).GetAsyncEnumerator(ct);
            while (await NextAsync(events, ct))
            {
                yield return events.Current;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<DcpExecutableState> events, CancellationToken ct)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception lost) when (ct.IsCancellationRequested || lost is HttpRequestException or IOException or DcpException or JsonException or OperationCanceledException)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<DcpExecutableState> ConnectAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // What was deleted while nobody listened is only seen by its absence.
        var list = await client.GetAsync("executables", DcpJson.Default.ExecutableList, ct);
        var present = list!.Items.Select(item => item.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _known.Values.Where(state => !present.Contains(state.Name)).ToList())
        {
            _known.Remove(gone.Name);
            yield return gone with { Deleted = true };
        }

        await foreach (var line in client.ReadLinesAsync("executables?watch=true", ct))
        {
            var change = JsonSerializer.Deserialize(line, DcpJson.Default.ExecutableEvent);
            if (change is not { Type: "ADDED" or "MODIFIED" or "DELETED" })
            {
                continue;
            }

            var state = DcpExecutableState.From(change.Object, deleted: change.Type == "DELETED");
            if (state.Deleted)
            {
                _known.Remove(state.Name);
            }
            else if (_known.TryGetValue(state.Name, out var before) && before == state)
            {
                continue;
            }
            else
            {
                _known[state.Name] = state;
            }

            yield return state;
        }
    }
}
