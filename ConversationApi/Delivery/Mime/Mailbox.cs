using System.Text.RegularExpressions;

namespace ConversationApi.Delivery.Mime;

/// <summary>Somebody that mail is from or for. Made only by <see cref="Read"/>, so that neither part can hold a line break or a second address.</summary>
internal sealed partial class Mailbox
{
    private const int MaxAddress = 320;
    private const int MaxName = 100;

    private Mailbox(string address, string? name) => (Address, Name) = (address, name);

    public string Address { get; }

    /// <summary>Null when there is none.</summary>
    public string? Name { get; }

    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <summary>Null when the address is not a single one that mail can be sent to.</summary>
    public static Mailbox? Read(string? address, string? name)
    {
        if (address?.Trim() is not { Length: <= MaxAddress } plain || !Plain().IsMatch(plain))
            return null;
        var shown = HeaderText.OneLine(name ?? "", MaxName);
        return new(plain, shown.Length == 0 || shown.Equals(plain, StringComparison.OrdinalIgnoreCase) ? null : shown);
    }

    /// <summary>The address with a word behind a plus.</summary>
    public Mailbox Plus(string word) => new($"{Address[..Address.LastIndexOf('@')]}+{word}@{Domain}", Name);

    /// <summary>As a header has it, not encoded yet.</summary>
    public override string ToString() =>
        Name is null ? Address : $"\"{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <{Address}>";

    // A dot-atom and a domain of RFC 5321, ASCII alone: what every mailer takes.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
