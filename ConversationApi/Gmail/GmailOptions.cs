using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Gmail;

/// <summary>Configuration section <c>Gmail</c>: a mailbox that is read. Without credentials none is.</summary>
public sealed class GmailOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gmail";

    /// <summary>The scope that is asked for.</summary>
    public const string Scope = "https://www.googleapis.com/auth/gmail.readonly";

    /// <summary>File with Google's JSON of a service account, or of an authorised user with a refresh token; GMAIL_CREDENTIALS_PATH where this is not set.</summary>
    public string? CredentialsPath { get; set; }

    /// <summary>Address of the mailbox. A service account needs it and acts for it; for an authorised user its own is the default.</summary>
    [StringLength(320)]
    public string? Mailbox { get; set; }

    /// <summary>Where Gmail is.</summary>
    public Uri BaseAddress { get; set; } = new("https://gmail.googleapis.com/");

    /// <summary>Where tokens are given; what the credentials say by default.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>How often the mailbox is asked for changes, 100 milliseconds to 1 hour; 30 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What of the mailbox is read at first, in the words of Gmail's search; <c>newer_than:30d</c> by default.</summary>
    [Required, StringLength(1000)]
    public string Query { get; set; } = "newer_than:30d";

    /// <summary>Only mail that has all of these labels; every mail by default. Drafts, chats, spam and what was thrown away are never read.</summary>
    public IList<string> Labels { get; } = [];

    /// <summary>Messages a page, 1 to 500; 100 by default.</summary>
    [Range(1, 500)]
    public int PageSize { get; set; } = 100;

    /// <summary>Messages that are fetched at once, 1 to 50; 8 by default.</summary>
    [Range(1, 50)]
    public int Concurrency { get; set; } = 8;

    /// <summary>How often a call is tried before the round is given up until the next, 1 to 20; 6 by default.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 6;

    /// <summary>The first pause between attempts, which doubles, 1 millisecond to 1 minute; 1 second by default. Gmail's Retry-After wins where it is longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that one attempt may take, 100 milliseconds to 10 minutes; 30 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a replica that says nothing keeps a mailbox to itself, 1 second to 1 hour; 2 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>In how many rounds a message may fail alone before it is set aside, 1 to 100; 5 by default.</summary>
    [Range(1, 100)]
    public int MessageAttempts { get; set; } = 5;
}
