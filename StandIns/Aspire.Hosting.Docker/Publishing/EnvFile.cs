namespace Aspire.Hosting.Docker.Publishing;

/// <summary>The variables of a compose file: their names are published, their values are given where it is deployed.</summary>
internal static class EnvFile
{
    /// <summary>Adds what is missing. What has a value keeps it, as does what is not known here.</summary>
    public static async Task CompleteAsync(string path, IEnumerable<CapturedEnvironmentVariable> variables, CancellationToken cancellationToken)
    {
        var entries = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var comments = new List<string>();
        foreach (var line in File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [])
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#'))
            {
                comments.Add(line);
            }
            else if (equals > 0)
            {
                entries[line[..equals].Trim()] = [.. comments, line];
                comments.Clear();
            }
        }

        foreach (var variable in variables)
        {
            entries.TryAdd(variable.Name, variable.Description is { } description ? [$"# {description}", $"{variable.Name}="] : [$"{variable.Name}="]);
        }

        await File.WriteAllLinesAsync(path, entries.Values.SelectMany(lines => lines.Append("")), cancellationToken);
    }
}
