using System.Globalization;
using PostgresForTests;

namespace Benchmarks.Searching;

/// <summary>1,398 abstracts, 225 questions and who answers them, where they lie beside the checkout; they are not part of it.</summary>
internal sealed record CranfieldCollection(IReadOnlyDictionary<int, string> Documents, IReadOnlyDictionary<int, string> Questions, ILookup<int, int> Relevant)
{
    /// <summary>Null where the collection is not on this machine.</summary>
    public static CranfieldCollection? Find()
    {
        for (var folder = new DirectoryInfo(PostgresBinaries.RepositoryRoot); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "cranfield");
            if (Directory.Exists(data))
            {
                return new(Texts(Path.Combine(data, "docs.csv")), Texts(Path.Combine(data, "queries.csv")),
                    File.ReadLines(Path.Combine(data, "qrels.tsv")).Select(line => line.Split('\t')).Where(fields => Number(fields[2]) > 0).ToLookup(fields => Number(fields[0]), fields => Number(fields[1])));
            }
        }

        return null;
    }

    // A number, a comma, and a text in quotes or without.
    private static Dictionary<int, string> Texts(string file)
    {
        var texts = new Dictionary<int, string>();
        foreach (var line in File.ReadLines(file))
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            texts[Number(line[..comma])] = line[(comma + 1)..].Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal);
        }

        return texts;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
