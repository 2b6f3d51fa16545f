using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConversationApi.Gmail;
using ConversationApi.Ingestion.Parsing;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

public sealed class GmailConverterTests
{
    [Fact]
    public void Nested_parts_give_both_texts_and_what_is_attached()
    {
        var picture = new JsonObject
        {
            ["mimeType"] = "image/png", ["filename"] = "=?utf-8?Q?caf=C3=A9.png?=", ["headers"] = Headers(("Content-ID", "<logo@x>"), ("Content-Disposition", "inline")),
            ["body"] = new JsonObject { ["attachmentId"] = "ANGjdJ8", ["size"] = 12345 },
        };
        var forwarded = new JsonObject
        {
            ["mimeType"] = "message/rfc822", ["filename"] = "", ["headers"] = Headers(), ["body"] = new JsonObject { ["size"] = 0 },
            ["parts"] = new JsonArray(LoopbackGmail.Part("text/plain", "inside another mail")),
        };
        var mail = Convert(Multipart("multipart/mixed",
            Multipart("multipart/related", Multipart("multipart/alternative", LoopbackGmail.Part("text/plain", "plain"), LoopbackGmail.Part("text/html", "<p>html</p>")), picture),
            LoopbackGmail.Part("text/plain", "a footer"), forwarded));
        Assert.Equal(("plain\na footer", "<p>html</p>"), (mail.TextBody, mail.HtmlBody));
        Assert.Equal(["caf\u00e9.png", "message.eml"], mail.Attachments!.Select(a => a!.Name));
        Assert.Equal(("image/png", 12345L, "logo@x", "ANGjdJ8"), (mail.Attachments![0]!.ContentType, mail.Attachments[0]!.ContentLength, mail.Attachments[0]!.ContentID, mail.Attachments[0]!.AttachmentId));
        var kept = JsonSerializer.Deserialize<JsonElement>(MailAttachments.ToJson(mail.Attachments))[0];
        Assert.Equal((JsonValueKind.Null, "ANGjdJ8"), (kept.GetProperty("sha256").ValueKind, kept.GetProperty("attachmentId").GetString()));
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "caf\u00e9", 28591)]
    [InlineData("text/plain; charset=\"koi8-r\"", "\u043f\u0440\u0438\u0432\u0435\u0442", 20866)]
    [InlineData("text/plain; charset=iso-2022-jp", "\u65e5\u672c", 50220)]
    [InlineData("text/plain; charset=gb2312", "\u4e2d\u6587", 936)]
    [InlineData("text/plain; charset=us-ascii", "really \u00fctf-8", 65001)]
    [InlineData("text/plain; charset=no-such-charset", "caf\u00e9", 1252)]
    [InlineData(null, "caf\u00e9", 1252)]
    public void Text_is_read_in_whatever_charset_it_is(string? contentType, string text, int codePage)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var part = LoopbackGmail.Part("text/plain", Encoding.GetEncoding(codePage).GetBytes(text), contentType is null ? [] : [("Content-Type", contentType)]);
        Assert.Equal(text, Convert(part).TextBody);
    }

    [Theory]
    [InlineData("=?utf-8?B?Z3LDvMOfZQ==?= =?iso-8859-1?q?_aus_K=F6ln?=", "gr\u00fc\u00dfe aus K\u00f6ln")]
    [InlineData("=?utf-8?B?not base64?= stays", "=?utf-8?B?not base64?= stays")]
    [InlineData("=?utf-8?B?%%%?=", "=?utf-8?B?%%%?=")]
    [InlineData("a = b ? c", "a = b ? c")]
    public void Subjects_may_be_encoded_or_not(string header, string expected) =>
        Assert.Equal(expected, Convert(LoopbackGmail.Part("text/plain", "x", ("Subject", header))).Subject);

    [Fact]
    public void Addresses_are_taken_apart_and_what_stands_behind_the_plus_is_found()
    {
        var mail = Convert(LoopbackGmail.Part("text/plain", "x", ("From", "\"Body, Some\" <Some@People.Example>"),
            ("To", "\"Desk, The\" <desk+token@platform.example>, other@people.example, no address"), ("Delivered-To", "desk+delivered@platform.example")));
        Assert.Equal(("some@people.example", "Body, Some"), (mail.FromFull!.Email, mail.FromFull.Name));
        Assert.Equal(["desk+token@platform.example", "other@people.example"], mail.ToFull!.Select(a => a!.Email));
        Assert.Equal(("token", "delivered"), (mail.ToFull![0]!.MailboxHash, mail.MailboxHash));
    }

    [Fact]
    public void A_mail_without_text_or_date_is_a_mail_and_one_without_payload_is_none()
    {
        var mail = Convert(new JsonObject { ["mimeType"] = "multipart/mixed", ["headers"] = Headers(("From", "a@b")) });
        Assert.Equal(("", "", "2024-01-01T10:00:00.0000000+00:00"), (mail.TextBody, mail.HtmlBody, mail.Date));
        Assert.Throws<FormatException>(() => GmailConverter.Convert(new() { Id = "1" }));
        Assert.Equal("a\ufffdb", Convert(LoopbackGmail.Part("text/plain", "a\0b")).TextBody);
    }

    [Fact]
    public void A_mail_nested_without_end_is_refused_and_breaks_nothing()
    {
        GmailPart part = new() { MimeType = "text/plain" };
        for (var i = 0; i < 100_000; i++)
            part = new() { MimeType = "multipart/mixed", Parts = [part] };
        Assert.Throws<FormatException>(() => GmailConverter.Convert(new() { Id = "1", Payload = part }));
    }

    private static InboundMail Convert(JsonObject payload)
    {
        var json = new JsonObject { ["id"] = "18c", ["threadId"] = "t", ["internalDate"] = "1704103200000", ["payload"] = payload };
        return GmailConverter.Convert(JsonSerializer.Deserialize(json.ToJsonString(), GmailJson.Default.GmailMessage)!);
    }

    private static JsonObject Multipart(string type, params JsonNode[] parts) =>
        new() { ["mimeType"] = type, ["filename"] = "", ["headers"] = Headers(), ["body"] = new JsonObject { ["size"] = 0 }, ["parts"] = new JsonArray(parts) };

    private static JsonArray Headers(params (string Name, string Value)[] headers) =>
        new([.. headers.Select(h => (JsonNode)new JsonObject { ["name"] = h.Name, ["value"] = h.Value })]);
}
