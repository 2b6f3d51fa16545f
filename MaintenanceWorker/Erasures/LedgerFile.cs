using System.Text.Json;
using System.Text.Json.Serialization;
using ConversationData.Operations.Erasures;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Erasures;

/// <summary>An erasure as a line of the file: no address, only what knows it again.</summary>
internal sealed record LedgerLine(string AddressHash, DateTimeOffset ErasedAt, string ErasedBy);

/// <summary>The copy of the ledger that a restore does not take back: one JSON object a line. What stands in it stays in it.</summary>
internal sealed class LedgerFile(IOptions<ErasureOptions> options)
{
    private const int HashBytes = 32;

    /// <summary>All of it, the oldest first; nothing where there is no file yet.</summary>
    /// <exception cref="OperationFailedException">None is configured, or it cannot be read.</exception>
    public async Task<IReadOnlyList<Erasure>> ReadAsync(CancellationToken cancellationToken)
    {
        var path = Configured();
        try
        {
            var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
            return [.. lines.Select((line, at) => Parse(line, at + 1, path)).OrderBy(erasure => erasure.ErasedAt)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Adds what the file lacks, and writes it whole or not at all.</summary>
    /// <returns>How many erasures it has, and how many of them are new or newer.</returns>
    /// <exception cref="OperationFailedException">None is configured, or it cannot be written.</exception>
    public async Task<(int All, int Added)> AddAsync(IEnumerable<Erasure> ledger, CancellationToken cancellationToken)
    {
        var path = Configured();
        var known = (await ReadAsync(cancellationToken)).ToDictionary(erasure => Convert.ToHexStringLower(erasure.AddressHash));
        var added = 0;
        foreach (var erasure in ledger)
        {
            var hash = Convert.ToHexStringLower(erasure.AddressHash);
            if (known.TryGetValue(hash, out var before) && before.ErasedAt >= erasure.ErasedAt)
                continue;
            known[hash] = erasure;
            added++;
        }

        if (added == 0 && File.Exists(path))
            return (known.Count, 0);
        try
        {
            var lines = known.OrderBy(pair => pair.Value.ErasedAt).Select(pair => JsonSerializer.Serialize(new(pair.Key, pair.Value.ErasedAt.ToUniversalTime(), pair.Value.ErasedBy), LedgerJson.Default.LedgerLine));
            await WriteAsync(path, string.Concat(lines.Select(line => $"{line}\n")), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException($"{path} cannot be written: {e.Message}", e);
        }

        return (known.Count, added);
    }

    private string Configured() => options.Value.File is { Length: > 0 } file ? Path.GetFullPath(file)
        : throw new OperationFailedException("Erasures:File names no file, so no copy of the ledger is kept. Let it name one beside the backups.");

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.new";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var stream = new FileStream(unfinished, create))
        {
            await using (var writer = new StreamWriter(stream, leaveOpen: true))
                await writer.WriteAsync(text.AsMemory(), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private static Erasure Parse(string line, int at, string path)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerLine) is { AddressHash: { } hash, ErasedBy: { } by } read && Convert.FromHexString(hash) is { Length: HashBytes } bytes)
                return new() { AddressHash = bytes, ErasedAt = read.ErasedAt, ErasedBy = by };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw Broken(at, path, e);
        }

        throw Broken(at, path, null);
    }

    private static OperationFailedException Broken(int at, string path, Exception? cause) =>
        new($"Line {at} of {path} is no erasure, so nothing was done. Take a copy of the file from before it broke; nothing is added to it as it is.", cause);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJson : JsonSerializerContext;
