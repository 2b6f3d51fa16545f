using System.Runtime.InteropServices;

namespace PostgresNode.Processes;

/// <summary>The system calls that .NET has no method for.</summary>
internal static class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends the signal; false when there is no such process or it is not ours to signal.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && NativeKill(pid, signal) == 0;

    /// <summary>Whether a process of this id exists, whoever owns it.</summary>
    public static bool Exists(int pid)
    {
        const int NotPermitted = 1;
        return pid > 1 && (NativeKill(pid, 0) == 0 || Marshal.GetLastPInvokeError() == NotPermitted);
    }

    /// <summary>Gives a file or folder to a user and group.</summary>
    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (NativeChown(path, user, group) != 0)
            throw new IOException($"{path} cannot be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>The process that started this one, or the one that inherited it.</summary>
    public static int ParentProcess() => NativeGetParent();

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeGetParent();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int pid, int signal);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
