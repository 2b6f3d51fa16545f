using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PostgresNode.Tests;

/// <summary>The first message to a server, as anybody can send it who reaches the port: with any names, from any address of this machine.</summary>
internal static class Greeting
{
    /// <summary>What the server answers: a type (R asks for a password, E refuses) and what stands behind it.</summary>
    public static async Task<(char Type, string Text)> SendAsync(int port, string user, string database, string from = "127.0.0.1")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        const int Version = 3 << 16;
        var names = Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0\0");
        var message = new byte[8 + names.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), Version);
        names.CopyTo(message, 8);
        await socket.SendAsync(message);

        await using var stream = new NetworkStream(socket);
        var head = new byte[5];
        await stream.ReadExactlyAsync(head);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4];
        await stream.ReadExactlyAsync(rest);
        return ((char)head[0], Encoding.UTF8.GetString(rest));
    }
}
