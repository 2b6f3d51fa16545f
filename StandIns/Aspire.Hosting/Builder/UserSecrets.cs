using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.FileProviders;

namespace Aspire.Hosting;

/// <summary>Generated values outlive a run in the user's secrets of the AppHost project.</summary>
internal sealed class UserSecrets
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };
    private readonly string? _path;

    public UserSecrets(Assembly? appHostAssembly, ConfigurationManager configuration)
    {
        if (appHostAssembly?.GetCustomAttribute<UserSecretsIdAttribute>() is not { } id)
        {
            return;
        }

        _path = PathHelper.GetSecretsPathFromSecretsId(id.UserSecretsId);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);

        // After the settings files, before the environment and the command line, as any host has it.
        var position = 1 + configuration.Sources.ToList().FindLastIndex(source => source is JsonConfigurationSource);
        configuration.Sources.Insert(position, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(Path.GetDirectoryName(_path)!, Microsoft.Extensions.FileProviders.Physical.ExclusionFilters.None),
            Path = Path.GetFileName(_path),
            Optional = true,
        });
    }

    public string GetOrSet(IConfigurationManager configuration, string key, Func<string> generate)
    {
        if (configuration[key] is { Length: > 0 } present)
        {
            return present;
        }

        var value = _path is null ? generate() : Keep(_path, key, generate);
        configuration.AddInMemoryCollection([new(key, value)]);
        return value;
    }

    // Two AppHosts may start at once; the first to hold the lock decides the value for both.
    private static string Keep(string path, string key, Func<string> generate)
    {
        using var locked = Lock(path + ".lock");
        var secrets = File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } text ? JsonNode.Parse(text)!.AsObject() : [];
        if (secrets[key]?.GetValue<string>() is { } kept)
        {
            return kept;
        }

        var value = generate();
        secrets[key] = value;
        var draft = path + ".draft";
        var mode = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, mode))
        {
            writer.Write(secrets.ToJsonString(_indented));
        }

        File.Move(draft, path, overwrite: true);
        return value;
    }

    private static FileStream Lock(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (attempt < 200)
            {
                Thread.Sleep(25);
            }
        }
    }
}
