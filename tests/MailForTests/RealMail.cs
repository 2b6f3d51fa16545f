using System.IO.Compression;
using System.Text.Json;
using PostgresForTests;

namespace MailForTests;

/// <summary>2,731 messages of the SpamAssassin corpus, where they lie beside the checkout; they are not part of it.</summary>
public static class RealMail
{
    /// <summary>Null where the corpus is not on this machine.</summary>
    public static MailCorpus? Find()
    {
        for (var folder = new DirectoryInfo(PostgresBinaries.RepositoryRoot); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "mail", "ham.jsonl.gz");
            if (File.Exists(file))
                return new("ham", [.. Read(file)], 0.999);
        }

        return null;
    }

    private static IEnumerable<MailSample> Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var mail = JsonDocument.Parse(line);
            var id = mail.RootElement.GetProperty("Headers").EnumerateArray()
                .First(h => h.GetProperty("Name").GetString()!.Equals("Message-ID", StringComparison.OrdinalIgnoreCase)).GetProperty("Value").GetString()!;
            yield return new(line, id.Trim().TrimStart('<').TrimEnd('>'), mail.RootElement.GetProperty("_thread").GetString()!);
        }
    }
}
