namespace StandIns.Tests.Orchestration;

internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("standins-test-").FullName;

    public string Script(string name, string text)
    {
        var path = Path.Combine(FullName, name);
        File.WriteAllText(path, "#!/bin/sh\n" + text);
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("These tests use shell scripts.");
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
