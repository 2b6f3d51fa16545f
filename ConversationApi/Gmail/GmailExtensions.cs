namespace ConversationApi.Gmail;

internal static class GmailExtensions
{
    private const string PathVariable = "GMAIL_CREDENTIALS_PATH";

    /// <summary>Adds the reading of a mailbox where there are credentials for one.</summary>
    public static IHostApplicationBuilder AddGmail(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GmailMails>();
        builder.Services.AddSingleton<GmailReader>();
        builder.Services.AddOptions<GmailOptions>().BindConfiguration(GmailOptions.Section)
            .Configure(options => options.CredentialsPath = PathOf(builder.Configuration)).ValidateDataAnnotations().ValidateOnStart();
        if (PathOf(builder.Configuration) is null)
            return builder;
        GmailClient.Configure(builder.Services);
        builder.Services.AddSingleton<GmailCredentials>();
        builder.Services.AddSingleton<GmailClient>();
        builder.Services.AddSingleton<GmailPage>();
        builder.Services.AddSingleton<GmailMailboxes>();
        builder.Services.AddHostedService<GmailSync>();
        return builder;
    }

    private static string? PathOf(IConfiguration configuration) =>
        configuration[$"{GmailOptions.Section}:{nameof(GmailOptions.CredentialsPath)}"] is { Length: > 0 } path ? path
        : configuration[PathVariable] is { Length: > 0 } variable ? variable : null;
}
