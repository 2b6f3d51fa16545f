using System.Net;
using System.Text;

namespace AppHost.Tests;

/// <summary>The body of a request that is under way: its second half is sent when somebody says so.</summary>
internal sealed class HeldContent : HttpContent
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _text;

    public HeldContent(string text)
    {
        _text = Encoding.UTF8.GetBytes(text);
        Headers.ContentType = new("application/json");
    }

    /// <summary>Ends when the first half is sent.</summary>
    public Task Begun => _begun.Task;

    public void Release() => _released.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_text.AsMemory(0, _text.Length / 2));
        await stream.FlushAsync();
        _begun.TrySetResult();
        await _released.Task;
        await stream.WriteAsync(_text.AsMemory(_text.Length / 2));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
