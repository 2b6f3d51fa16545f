using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Orchestration;

/// <summary>How to reach a running dcp, as it writes it into its kubeconfig.</summary>
internal sealed record DcpConnection(Uri Server, string Token, X509Certificate2 Authority)
{
    /// <summary>Reads the three lines that matter; null while the file is missing or half written.</summary>
    public static DcpConnection? TryRead(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return null;
        }

        string? Value(string key) => lines
            .Select(line => line.TrimStart(' ', '-'))
            .Where(line => line.StartsWith($"{key}:", StringComparison.Ordinal))
            .Select(line => line[(key.Length + 1)..].Trim().Trim('"'))
            .FirstOrDefault(value => value.Length > 0);

        if (Value("server") is not { } server || Value("token") is not { } token || Value("certificate-authority-data") is not { } authority)
        {
            return null;
        }

        try
        {
            var pem = System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(authority));
            return new DcpConnection(new Uri(server), token, X509Certificate2.CreateFromPem(pem));
        }
        catch (Exception unfinished) when (unfinished is FormatException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
