using ConversationApi.Delivery.Mime;
using ConversationApi.Delivery.Sending;
using Microsoft.Extensions.Options;

namespace ConversationApi.Delivery.Folder;

/// <summary>Writes each mail into a folder instead of sending it, whole or not at all, and once however often it is asked to.</summary>
internal sealed partial class FolderProvider(IOptions<DeliveryOptions> options, ILogger<FolderProvider> logger) : IMailProvider
{
    private readonly string _folder = Path.GetFullPath(options.Value.Folder is { Length: > 0 } folder ? folder : Default());

    public string Name => "folder";

    public async Task<Handover> SendAsync(MailToSend mail, CancellationToken cancellationToken)
    {
        var path = PathOf(mail.Id);
        try
        {
            if (!File.Exists(path))
                await WriteAsync(path, MimeWriter.Write(mail), cancellationToken);
            LogWritten(mail.Id, path);
            return Handover.Accepted(null);
        }
        catch (UnauthorizedAccessException e)
        {
            return new(HandoverKind.Misconfigured, e.Message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return new(HandoverKind.Busy, e.Message);
        }
    }

    public Task<Handover> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(id)) ? Handover.Accepted(null) : Handover.Absent);

    private async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var draft = Path.Combine(_folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private string PathOf(Guid id) => Path.Combine(_folder, $"{id}.eml");

    private static string Default()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "conversation-platform", "mail");
    }

    [LoggerMessage(LogLevel.Information, "Mail {MessageId} is in {Path}; no provider is configured, so it goes no further")]
    private partial void LogWritten(Guid messageId, string path);
}
