using System.Text.RegularExpressions;

namespace Benchmarks.Searching;

/// <summary>What a server was asked, out of its log, as a script for pgbench: values in place of parameters, and pipelined as it was sent.</summary>
internal static partial class SentStatements
{
    // The question's words, how common they are, how the server is to search, and the search.
    private static readonly string[] _ofSearch = ["to_tsvector(", "search_corpus", "set_config(", "candidates AS"];

    public static string Script(string log)
    {
        // What works in the background asks the same server.
        var statements = Executed().Matches(log).Select(match => Fill(match.Groups["sql"].Value, match.Groups["values"].Value)).Where(sql => Array.Exists(_ofSearch, sql.Contains)).ToList();
        var search = statements.FindIndex(sql => sql.Contains("set_config", StringComparison.Ordinal));
        if (statements.Count != _ofSearch.Length || search != 2)
            throw new InvalidOperationException($"The log has other statements than those of one search:\n{string.Join('\n', statements)}");
        return $"\\startpipeline\n{string.Join(";\n", statements.Take(search))};\n\\endpipeline\n\\startpipeline\n{string.Join(";\n", statements.Skip(search))};\n\\endpipeline\n";
    }

    private static string Fill(string sql, string values)
    {
        var filled = Parameter().Matches(values).Reverse().Aggregate(sql, (text, value) => text.Replace($"${value.Groups[1].Value}", value.Groups[2].Value, StringComparison.Ordinal));
        // pgbench reads a colon before a letter as a variable, unless there are two.
        return filled.Replace('\n', ' ').Replace('\t', ' ');
    }

    [GeneratedRegex(@"LOG:  (?:duration: [0-9.]+ ms  )?execute [^:]*: (?<sql>.*?)\n[0-9]{4}-[^\n]*?(?:DETAIL:  [Pp]arameters: (?<values>[^\n]*)\n|(?=LOG:))", RegexOptions.Singleline)]
    private static partial Regex Executed();

    [GeneratedRegex(@"\$([0-9]+) = ('(?:[^']|'')*'|NULL)")]
    private static partial Regex Parameter();
}
