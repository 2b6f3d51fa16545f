using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Measuring;

/// <summary>Sends one request again and again over a connection, as cheaply as can be: the client must not be what is measured.</summary>
internal sealed class RawClient : IDisposable
{
    /// <summary>How many ask at once, each as soon as it has its answer: so many that a server's threads find work rather than sleep and be woken.</summary>
    public const int Connections = 16;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[][] _requests;
    private int _next;
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];

    public RawClient(int port, string path)
        : this(port, [Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ServerProcess.Key}\r\n\r\n")])
    {
    }

    /// <summary>Sends these requests in turn, from one of them on.</summary>
    public RawClient(int port, byte[][] requests, int first = 0)
    {
        (_requests, _next) = (requests, first);
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>A request with a JSON body.</summary>
    public static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ServerProcess.Key}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>The body of an answer.</summary>
    public string Fetch()
    {
        var length = Exchange(out var body);
        return Encoding.UTF8.GetString(_buffer, body, length - body);
    }

    /// <summary>Makes as many requests as can be over several connections; says how many that were.</summary>
    public static Task<long> LoadAsync(int port, string[] paths, int connections, TimeSpan duration) =>
        LoadAsync(c => [.. paths.Where((_, i) => i % connections == c).Select(path => new RawClient(port, path))], connections, duration);

    /// <summary>The same with clients of any kind, made for each connection by its number.</summary>
    public static async Task<long> LoadAsync(Func<int, RawClient[]> make, int connections, TimeSpan duration)
    {
        long count = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(c => Task.Factory.StartNew(() =>
        {
            var clients = make(c);
            for (var i = 0; Stopwatch.GetElapsedTime(started) < duration; i++)
            {
                clients[i % clients.Length].Exchange(out _);
                Interlocked.Increment(ref count);
            }

            foreach (var client in clients)
                client.Dispose();
        }, TaskCreationOptions.LongRunning)));
        return count;
    }

    /// <summary>Durations of single requests in milliseconds, sorted.</summary>
    public double[] Durations(int count)
    {
        var durations = new double[count];
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Exchange(out _);
            durations[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(durations);
        return durations;
    }

    public void Dispose() => _socket.Dispose();

    private int Exchange(out int body)
    {
        _socket.Send(_requests[_next]);
        _next = (_next + 1) % _requests.Length;
        var length = 0;
        body = 0;
        var wanted = -1;
        while (true)
        {
            length += _socket.Receive(_buffer.AsSpan(length)) is > 0 and var read ? read : throw new IOException("The server hung up.");
            if (body == 0)
            {
                var end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                    continue;
                body = end + 4;
                var head = Encoding.ASCII.GetString(_buffer, 0, end);
                if (!head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
                    throw new InvalidOperationException(head);
                var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
                if (at >= 0)
                    wanted = body + int.Parse(head[(at + 16)..].Split('\r')[0], null);
            }

            if (wanted >= 0 ? length == wanted : _buffer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8))
                return length;
        }
    }
}
