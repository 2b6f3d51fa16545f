using System.Buffers;
using System.Text;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>Whom a mail names, so that what is held of somebody is found. <c>ops.addresses_in</c> says the same of mail that was stored without it.</summary>
internal static class NamedAddresses
{
    // Ids look like addresses, and each would be one more.
    private static readonly HashSet<string> _ids = new(StringComparer.OrdinalIgnoreCase) { "Message-ID", "References" };

    /// <summary>Lower case, each once; null where they are too many to be sure of all.</summary>
    public static IReadOnlyCollection<string>? Of(MailHeaders headers, string? sender, string? recipient)
    {
        var text = new ArrayBufferWriter<byte>(512);
        foreach (var value in headers.Without(_ids))
        {
            if (!value.Contains('@', StringComparison.Ordinal))
                continue;
            Encoding.UTF8.GetBytes(value, text);
            text.Write("\n"u8);
        }

        var found = MailAddresses.In(text.WrittenSpan);
        // A space divides them on their way to the database.
        return found.Length >= MailAddresses.Most || sender?.Contains(' ', StringComparison.Ordinal) == true || recipient?.Contains(' ', StringComparison.Ordinal) == true ? null
            : [.. found.Append(sender).Append(recipient).OfType<string>().Distinct(StringComparer.Ordinal)];
    }
}
