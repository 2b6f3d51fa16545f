namespace ConversationData.Operations.Settings;

/// <summary>A logging level that was set while the services run.</summary>
public sealed class LogLevelSetting
{
    /// <summary>The service's name, or <c>*</c> for all.</summary>
    public string Service { get; set; } = "";

    /// <summary>The logging category and those below it, or <c>Default</c>.</summary>
    public string Category { get; set; } = "";

    /// <summary>Trace, Debug, Information, Warning, Error, Critical or None.</summary>
    public string Level { get; set; } = "";

    /// <summary>Who set it.</summary>
    public string SetBy { get; set; } = "";

    /// <summary>When it was set.</summary>
    public DateTimeOffset SetAt { get; set; }

    /// <summary>From then on configuration counts again; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}
