using ConversationApi.Ingestion.Threading;

namespace ConversationApi.Tests.Threading;

public sealed class MessageIdsTests
{
    [Theory]
    [InlineData("<a@b>", "a@b")]
    [InlineData("<a@b> <c@d>", "a@b c@d")]
    [InlineData("<a@b>\r\n\t<c@d>", "a@b c@d")]
    [InlineData("Message from Some Body <some@body.example> of \"Wed, 28 Aug 2002 11:07:01 CDT.\" <id@host>", "id@host")]
    [InlineData("Message from \"James T.\" <james@body.example> of \"Thu, 29 Aug 2002 10:58:35 GMT.\" <id@host>", "id@host")]
    [InlineData("Message from some@body.example of \"Wed, 21 Aug 2002 11:30:03 PDT.\" <id@host>", "id@host")]
    [InlineData("Message from Some Body <some@body.example> <id@host> .", "id@host")]
    [InlineData("Your message of \"Thu, 22 Aug 2002 23:36:32 +1000.\" <id@host>", "id@host")]
    [InlineData("<id@host>; from some@body.example on Thu, Aug 29, 2002 at 03:31:11PM +0100", "id@host")]
    [InlineData("message-id <id@host> of Wed, Aug 21 15:46:52 2002", "id@host")]
    [InlineData("<id@host> (jm@jmason.example's message of \"Tue, 27 Aug 2002 15:45:36 +0100\")", "id@host")]
    [InlineData("Somebody's message of \"Wed, 28 Aug 2002 17:11:19 +0200\"", "")]
    [InlineData("<\"quoted left\"@host>", "\"quoted left\"@host")]
    [InlineData("<> < > <a b@c>", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Named_ids_are_found_and_addresses_are_not(string? header, string expected) =>
        Assert.Equal(expected, string.Join(' ', MessageIds.Named(header)));

    [Fact]
    public void An_id_of_any_length_names_the_same_mail_everywhere()
    {
        var id = new string('x', 5000) + "@host";
        Assert.Equal(MessageIds.Own($"<{id}>"), Assert.Single(MessageIds.Named($"<{id}>")));
        Assert.True(MessageIds.Own($"<{id}>")!.Length <= MessageIds.MaxLength);
    }

    [Theory]
    [InlineData("from ", "@<id@host>")]
    [InlineData("from of  ", "@<id@host>")]
    [InlineData("from <id@host", "")]
    [InlineData("<\"a\"", "<id@host>")]
    [InlineData("<id@host> from ", "@<id@host>")]
    [InlineData(" ", "<id@host>")]
    public void A_header_of_any_length_is_read_at_once(string repeated, string end)
    {
        var header = string.Concat(Enumerable.Repeat(repeated, 1024 * 1024 / repeated.Length)) + end;
        var took = System.Diagnostics.Stopwatch.StartNew();
        var ids = MessageIds.Named(header);
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(2), $"It took {took.Elapsed}.");
        Assert.Equal(end.Length > 0, ids.Contains("id@host"));
    }

    [Fact]
    public void A_token_leads_back_to_its_conversation_and_a_forged_one_nowhere()
    {
        var token = new ReplyToken("a key of more than thirty-two characters");
        var id = Guid.CreateVersion7();
        var text = token.Create(id);
        Assert.Equal(id, token.Read(text));
        Assert.Equal(id, token.Read(text.ToUpperInvariant()));
        Assert.Null(new ReplyToken("another key of more than thirty-two characters").Read(text));
        for (var i = 0; i < text.Length - 1; i++)
            Assert.Null(token.Read(text[..i] + (text[i] == 'a' ? 'b' : 'a') + text[(i + 1)..]));
        Assert.Null(token.Read(""));
        Assert.Null(token.Read(null));
    }
}
