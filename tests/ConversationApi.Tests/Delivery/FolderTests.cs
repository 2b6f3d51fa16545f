using System.Text;
using PostgresForTests;

namespace ConversationApi.Tests.Delivery;

public sealed class FolderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Without_a_provider_mail_is_a_file_that_a_mail_program_opens()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = await api.AskedAsync(subject: "Über Äpfel");
        var reply = await api.Client.ReplyAsync(id, "Gern: 3 €.\n", "<p>Gern: 3 €.</p>");
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        var file = Assert.Single(Directory.GetFiles(api.MailFolder));
        Assert.Equal($"{reply.Id()}.eml", Path.GetFileName(file));
        var text = await File.ReadAllTextAsync(file, Encoding.Latin1);
        Assert.Contains("To: \"Somebody\"\r\n <lead@people.example>\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("Re: Über Äpfel"))}?=\r\n", text, StringComparison.Ordinal);
        Assert.Contains("In-Reply-To: <a@x>\r\nReferences: <a@x>\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Gern: 3 =E2=82=AC.", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/html; charset=utf-8", text, StringComparison.Ordinal);
    }
}
