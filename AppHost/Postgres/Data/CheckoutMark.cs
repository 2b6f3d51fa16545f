namespace AppHost.Postgres.Data;

/// <summary>
/// A clone's identity, in the clone itself (<c>artifacts/checkout</c>, which is not committed): it goes where the clone goes, and a fresh clone has none.
/// </summary>
internal static class CheckoutMark
{
    /// <summary>The identity; null where none was written, or not one of ours.</summary>
    public static string? Read(string clone)
    {
        var file = FileOf(clone);
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: 12 } mark && mark.All(char.IsAsciiHexDigitLower) ? mark : null;
    }

    /// <summary>Writes it down. A clone that cannot be written is known by its place alone.</summary>
    public static void Write(string clone, string identity)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(clone))!);
            File.WriteAllText(FileOf(clone), identity);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Its data is found by the clone's path, as long as that stays.
        }
    }

    private static string FileOf(string clone) => Path.Combine(clone, "artifacts", "checkout");
}
