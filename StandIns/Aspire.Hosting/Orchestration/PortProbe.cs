using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks the operating system about a port, so that a clash is told by address before anything is started on it.</summary>
internal static class PortProbe
{
    /// <summary>Whether nobody could listen there now: used already, or not allowed to this user.</summary>
    public static bool IsTaken(IPAddress address, int port)
    {
        try
        {
            using var probe = new TcpListener(address, port) { ExclusiveAddressUse = !OperatingSystem.IsLinux() };
            probe.Start();
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
        }
    }

    public static async Task<bool> AcceptsAsync(IPAddress address, int port, CancellationToken ct)
    {
        try
        {
            using var client = new TcpClient(address.AddressFamily);
            await client.ConnectAsync(address, port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
