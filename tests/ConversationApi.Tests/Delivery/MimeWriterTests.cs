using System.Text;
using System.Text.RegularExpressions;
using ConversationApi.Delivery;
using ConversationApi.Delivery.Mime;
using FsCheck;
using FsCheck.Fluent;

namespace ConversationApi.Tests.Delivery;

public sealed partial class MimeWriterTests
{
    private static readonly string[] _pieces = ["a", "word", " ", "  ", "\r", "\n", "\r\n", "\r\nBcc: everybody@people.example", "é", "😀", "\ud800", "=?utf-8?B?", "?=", "=", ".", "\t", "\0", "\"", "\\", "<", ">", "@", ",", "\u2028", "From ",
        new string('x', 90), new string('ü', 60), "\u0085", "\u007f", "--=_", "&"];

    private static readonly Arbitrary<string> _texts = Gen.Elements(_pieces).ArrayOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Whatever_the_texts_the_headers_are_ours_alone_and_say_what_was_meant() => Prop.ForAll(_texts, _texts, (subject, name) =>
    {
        var from = Mailbox.Read("desk@platform.example", name)!;
        var mail = Parse(MimeWriter.Write(new(Guid.NewGuid(), [new("From", from.ToString()), new("Subject", OutboundSubject.First(subject)), new("References", "<a@x> <b@x>")], "x", null)));
        Assert.Equal(["From", "Subject", "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"], mail.Headers.Select(h => h.Name));
        Assert.Equal(Squeeze(OutboundSubject.First(subject)), Squeeze(Decode(mail.Headers[1].Value)));
        var shown = Decode(mail.Headers[0].Value).Trim();
        Assert.EndsWith("desk@platform.example" + (from.Name is null ? "" : ">"), shown, StringComparison.Ordinal);
        // An encoded name needs no quotes, a plain one has them.
        var unquoted = shown.Replace("\\\\", "\u0001", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace('\u0001', '\\');
        if (from.Name is { } person)
            Assert.Contains(Squeeze(person), Squeeze(mail.Headers[0].Value.StartsWith('"') ? unquoted : shown), StringComparison.Ordinal);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Whatever_the_text_it_arrives_as_it_was() => Prop.ForAll(_texts, text =>
    {
        var bytes = MimeWriter.Write(new(Guid.NewGuid(), [new("Subject", "s")], text, null));
        Assert.DoesNotContain(bytes, b => b > 0x7e || (b < 0x20 && b is not ((byte)'\r' or (byte)'\n' or (byte)'\t')));
        var lines = Encoding.ASCII.GetString(bytes).Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 76, line));
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).ReplaceLineEndings("\n"), Unquote(Parse(bytes).Body));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Ids_and_addresses_are_folded_and_never_encoded()
    {
        var odd = $"<=?utf-8?Q?a?=@{new string('x', 120)}>";
        var address = $"{new string('a', 60)}=?b@{new string('c', 40)}.example";
        (string, string)[] headers = [("From", address), ("To", $"\"Somebody\" <{address}>"), ("Message-ID", odd), ("In-Reply-To", odd), ("References", $"{odd} <b@x> {odd}")];
        var mail = Parse(MimeWriter.Write(new(Guid.NewGuid(), [.. headers.Select(header => new MailHeader(header.Item1, header.Item2))], "x", null)));
        Assert.Equal(headers, mail.Headers.Take(headers.Length));
    }

    [Theory]
    [InlineData("a@x\r\nBcc: b@x")]
    [InlineData("a@x, b@x")]
    [InlineData("a b@x")]
    [InlineData("<a@x>")]
    [InlineData("a@x>")]
    [InlineData("a")]
    [InlineData("@x")]
    [InlineData("a@")]
    [InlineData("é@x")]
    [InlineData("a@x..y")]
    [InlineData("a@-x")]
    public void What_is_not_one_plain_address_is_none(string address) => Assert.Null(Mailbox.Read(address, "name"));

    [Theory]
    [InlineData("Hello", "Re: Hello")]
    [InlineData("Re: Hello", "Re: Hello")]
    [InlineData("RE : Hello", "RE : Hello")]
    [InlineData("Re[2]: Hello", "Re[2]: Hello")]
    [InlineData("AW: Hello", "AW: Hello")]
    [InlineData("Research: Hello", "Re: Research: Hello")]
    [InlineData("Fwd: Re: Hello", "Re: Fwd: Re: Hello")]
    [InlineData("", "Re:")]
    [InlineData("a\r\nBcc: b@x", "Re: a  Bcc: b@x")]
    public void A_subject_has_one_re(string subject, string expected) => Assert.Equal(expected, OutboundSubject.Reply(subject));

    [Fact]
    public void A_long_chain_keeps_its_first_and_its_last_ids()
    {
        var chain = ReferenceChain.Of("parent@x", string.Join(' ', Enumerable.Range(0, 500).Select(n => $"<{n}@x>")), null, ["0@x"]);
        Assert.Equal(200, chain.References.Count);
        Assert.Equal(("0@x", "99@x", "401@x", "parent@x"), (chain.References[0], chain.References[99], chain.References[100], chain.References[^1]));
    }

    [Fact]
    public void Ids_that_would_break_a_header_are_left_out()
    {
        var chain = ReferenceChain.Of("par ent@x", "<a@x> <é@x> <\"b c\"@x>", null, []);
        Assert.Null(chain.InReplyTo);
        Assert.Equal(["a@x"], chain.References);
    }

    private static (List<(string Name, string Value)> Headers, string Body) Parse(byte[] bytes)
    {
        var text = Encoding.ASCII.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Replace("\r\n ", "\u0001 ", StringComparison.Ordinal).Split("\r\n");
        return ([.. lines.Select(line => (line.Split(": ", 2)[0], line.Split(": ", 2)[1].Replace("\u0001", "", StringComparison.Ordinal)))], text[(end + 4)..]);
    }

    private static string Decode(string header) =>
        EncodedWord().Replace(Between().Replace(header, "?="), match => Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[1].Value)));

    private static string Unquote(string body)
    {
        var bytes = new List<byte>();
        var text = body.Replace("=\r\n", "", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            bytes.Add(text[i] == '=' ? Convert.ToByte(text.Substring(i + 1, 2), 16) : (byte)text[i]);
            i += text[i] == '=' ? 2 : 0;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string Squeeze(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"\?=\s+(?==\?)")]
    private static partial Regex Between();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
