using System.Globalization;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.DataDirectory;

/// <summary>Reads PGDATA by pg_controldata.</summary>
internal sealed class LocalDataReader(ToolRunner tools, NodePaths paths, ServerAccount account)
{
    public async Task<LocalData> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Data) || !Directory.EnumerateFileSystemEntries(paths.Data).Any())
            return LocalData.None;
        if (File.Exists(paths.RewindMark))
            throw new NodeFaultException($"pg_rewind was cut off while it changed the data in {paths.Data}.");
        var result = await tools.RunAsync("pg_controldata", ["-D", paths.Data], cancellationToken);
        var fields = Parse(result.Output);
        if (!result.Succeeded || (result.Errors + result.Output).Contains("warning", StringComparison.OrdinalIgnoreCase) || !fields.TryGetValue("Database cluster state", out var state))
            throw Unreadable(result.Complaint);
        if (!Directory.Exists(Wal))
            throw Damaged($"{Wal} is not there.");
        return new(
            // A link is nobody's signal: whether it counts for the server depends on where it leads.
            new FileInfo(paths.StandbySignal) is { Exists: true, LinkTarget: null } ? NodeRole.Replica : NodeRole.Primary,
            state.StartsWith("shut down", StringComparison.Ordinal),
            Math.Max(Math.Max(Number(fields, "Latest checkpoint's TimeLineID"), Number(fields, "Min recovery ending loc's timeline")), NewestHistory()),
            Later(Lsn(fields, "Latest checkpoint location"), Lsn(fields, "Minimum recovery ending location")),
            fields.GetValueOrDefault("Database system identifier", ""));
    }

    internal static Dictionary<string, string> Parse(string output) => output.Split('\n')
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2)
        .GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.First()[1]);

    private string Wal => Path.Combine(paths.Data, "pg_wal");

    private NodeFaultException Unreadable(string complaint) => complaint.Contains("Permission denied", StringComparison.Ordinal)
        ? new NodeFaultException($"{account.Name}, who runs the server, cannot read the data: {complaint}. Nothing was changed. chown -R {account.Name} {paths.Data}")
        : Damaged(complaint);

    private DamagedDataException Damaged(string complaint) => new($"The data in {paths.Data} is damaged: {complaint} "
        + "Nothing was changed. Restore from a backup or, where another node is primary, POST /rejoin fetches the data from there and keeps aside what lies here.");

    // A promotion's timeline reaches the control file only with the next checkpoint; its history file is there at once.
    private uint NewestHistory() => Directory.EnumerateFiles(Wal, "*.history")
        .Select(file => uint.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var timeline) ? timeline : 0)
        .DefaultIfEmpty(0u).Max();

    private static uint Number(Dictionary<string, string> fields, string name) =>
        uint.TryParse(fields.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static NpgsqlLogSequenceNumber Lsn(Dictionary<string, string> fields, string name) =>
        NpgsqlLogSequenceNumber.TryParse(fields.GetValueOrDefault(name, "0/0"), out var value) ? value : default;

    private static NpgsqlLogSequenceNumber Later(NpgsqlLogSequenceNumber a, NpgsqlLogSequenceNumber b) => a > b ? a : b;
}
