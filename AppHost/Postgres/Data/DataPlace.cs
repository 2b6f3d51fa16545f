using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AppHost.Postgres.Data;

/// <summary>Where the nodes' data lies, and whose it is.</summary>
/// <param name="Folder">The folder that holds a folder for each node.</param>
/// <param name="Checkout">This clone's identity: two clones never share data.</param>
/// <param name="ClonePath">Where the clone is.</param>
/// <param name="IsChosen">Whether the configuration names the folder.</param>
internal sealed record DataPlace(string Folder, string Checkout, string ClonePath, bool IsChosen)
{
    private string RuntimeFile => Path.Combine(Folder, "runtime");
    private string Root => Path.GetDirectoryName(Folder)!;

    /// <summary>What the data was made by; null when there is none yet.</summary>
    public PostgresRuntime? MadeBy => File.Exists(RuntimeFile) && Enum.TryParse<PostgresRuntime>(File.ReadAllText(RuntimeFile), out var made) ? made : null;

    /// <summary>What the names of this clone's volumes begin with, in the container runtime.</summary>
    public string VolumePrefix => $"conversation-platform-{Checkout}";

    /// <summary>The folders of local nodes; only what a node made is one, whatever folder the configuration names.</summary>
    public IReadOnlyList<string> Nodes => Directory.Exists(Folder)
        ? [.. Directory.GetDirectories(Folder).Where(folder => File.Exists(Path.Combine(folder, "identity.json")))]
        : [];

    public static DataPlace Of(IDistributedApplicationBuilder builder, PostgresClusterOptions options)
    {
        var clone = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        return Of(clone, DefaultRoot(), options.DataDir is { Length: > 0 } chosen ? Path.GetFullPath(chosen, builder.AppHostDirectory) : null);
    }

    /// <param name="clone">Where the clone is.</param>
    /// <param name="root">Where the folders of all clones lie.</param>
    /// <param name="chosen">The folder that the configuration names.</param>
    internal static DataPlace Of(string clone, string root, string? chosen)
    {
        var checkout = CheckoutMark.Read(clone) ?? ByPath(clone, root);
        return chosen is null ? new DataPlace(Path.Combine(root, checkout), checkout, clone, IsChosen: false) : new DataPlace(chosen, MakerOf(chosen) ?? checkout, clone, IsChosen: true);
    }

    /// <summary>The clone that claimed this place last, where that is another one; null when it is this one or none.</summary>
    public string? ClaimedBy => OwnerOf(Folder) is { } owner && owner != ClonePath ? owner : null;

    /// <summary>
    /// Why this place must not be used: the clone that claimed it is still there, and the data may be that one's. Null when it may be used.
    /// A clone that was moved finds its data again; one that was copied has to say whose the data is.
    /// </summary>
    public string? Refusal => ClaimedBy is not { } owner || !IsStillThere(owner) ? null
        : $"The data in {Folder} is that of the clone {owner}, which is still there, and two clones never share data. Choices: "
            + (IsChosen ? "give this clone another Postgres:DataDir" : $"'dotnet run --project AppHost -- new' gives this clone ({ClonePath}) data of its own, which begins empty")
            + $"; 'dotnet run --project AppHost -- adopt{(IsChosen ? $" --Postgres:DataDir={Folder}" : "")}' makes that data this clone's, and no more the other's.";

    /// <summary>Writes down whose data this is, before any is made.</summary>
    public void Claim(PostgresRuntime runtime)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(RuntimeFile, runtime.ToString());
        Own();
    }

    /// <summary>Makes what lies here this clone's.</summary>
    public void Own()
    {
        File.WriteAllText(OwnerFile(Folder), ClonePath);
        if (!IsChosen)
        {
            CheckoutMark.Write(ClonePath, Checkout);
        }
    }

    /// <summary>The place that this clone would have if it carried no other one's mark.</summary>
    public DataPlace Apart() => At(ByPath(ClonePath, Root));

    /// <summary>The place of another clone's data, by the name of its folder.</summary>
    public DataPlace At(string checkout) => new(Path.Combine(Root, checkout), checkout, ClonePath, IsChosen: false);

    /// <summary>Forgets it, when the data is gone.</summary>
    public void Release()
    {
        if (Directory.Exists(Folder))
        {
            File.Delete(RuntimeFile);
            File.Delete(OwnerFile(Folder));
        }
    }

    /// <summary>Data of a clone that is not where it was, which may be this one under its former name; null when this one has data or there is none such.</summary>
    public (string Folder, string Clone)? Orphaned()
    {
        if (MadeBy is not null || IsChosen || !Directory.Exists(Root))
        {
            return null;
        }

        foreach (var folder in Directory.GetDirectories(Root))
        {
            if (OwnerOf(folder) is { } clone && !Directory.Exists(clone))
            {
                return (folder, clone);
            }
        }

        return null;
    }

    // Without its mark (artifacts/ may have been deleted) it may be the owner all the same.
    private bool IsStillThere(string clone) =>
        File.Exists(Path.Combine(clone, "AppHost", "AppHost.csproj")) && (IsChosen || CheckoutMark.Read(clone) is not { } mark || mark == Checkout);

    // Unless a clone that was moved away from here has taken that name along.
    private static string ByPath(string clone, string root)
    {
        for (var attempt = 1; ; attempt++)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attempt == 1 ? clone : $"{clone}\n{attempt}")))[..12];
            if (OwnerOf(Path.Combine(root, name)) is not { } owner || owner == clone)
            {
                return name;
            }
        }
    }

    private static string OwnerFile(string folder) => Path.Combine(folder, "clone");

    private static string? OwnerOf(string folder) => File.Exists(OwnerFile(folder)) && File.ReadAllText(OwnerFile(folder)).Trim() is { Length: > 0 } owner ? owner : null;

    // What the nodes there were told when they made their data.
    private static string? MakerOf(string folder) => OwnerOf(folder) is null ? null : Directory.EnumerateDirectories(folder)
        .Select(node => Path.Combine(node, "identity.json")).Where(File.Exists)
        .Select(file => JsonNode.Parse(File.ReadAllText(file))?["checkout"]?.GetValue<string>()).FirstOrDefault(maker => maker is not null);

    // Started as root, the server runs as another user, who cannot enter root's home.
    private static string DefaultRoot() => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
        ? "/var/lib/conversation-platform"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "conversation-platform");
}
