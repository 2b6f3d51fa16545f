namespace ServiceDefaults.Telemetry;

/// <summary>The meters and sources that are listened to: those built into .NET, Npgsql's and the platform's own.</summary>
internal static class TelemetryNames
{
    public static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.EntityFrameworkCore",
        "System.Net.Http",
        "System.Net.NameResolution",
        "System.Runtime",
        "Npgsql",
        "ConversationPlatform.*",
    ];

    public static readonly string[] Sources =
    [
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "Npgsql",
        "ConversationPlatform.*",
    ];
}
