using System.Reflection;
using System.Text;

namespace House.Tests.Configuration;

/// <summary>Writes the reference of all settings from the options classes and their doc comments.</summary>
internal static class ConfigurationReference
{
    /// <summary>What of ServiceDefaults only services have that answer callers with keys.</summary>
    private static readonly string[] _ofCallers = ["ApiKeys", "LogLevels"];

    private static readonly (string Assembly, string Title)[] _services =
    [
        ("ServiceDefaults", "Every service"),
        ("ServiceDefaults", CallersTitle),
        ("ConversationApi", "ConversationApi"),
        ("MaintenanceWorker", "MaintenanceWorker"),
        ("MigrationRunner", "MigrationRunner"),
        ("PostgresNode", "PostgresNode"),
    ];

    private const string CallersTitle = "ConversationApi and MaintenanceWorker";

    public static string Write()
    {
        var text = new StringBuilder("""
            # Configuration

            Every setting of every service, made from the code. A setting is given on the command line (`--Key:Sub=value`), in the environment (the second name), or in a service's `appsettings.json`; the first of these that has it wins. Times are UTC, sizes are bytes, unless it says otherwise. A value that is out of its range stops the start and is named.

            The AppHost sets what connects the services with each other; its own settings are in the [README](../README.md#configuration).

            ## By name alone

            These belong to no section; the first column is what they are called in the environment.

            | environment | read by | default | |
            |---|---|---|---|
            | `ConnectionStrings__conversations` (`ConnectionStrings:conversations`) | every service but PostgresNode | | The connection string: `Host=...;Database=...;Username=...;Password=...` or `postgresql://...`; several hosts with commas. |
            | `DATABASE_URL` | the same | | The same as a URL, where the one above is not set. |
            | `DB_POOL_SIZE`, `DB_MAX_OVERFLOW` | the same | `20`, `10` | Together the greatest number of connections of a pool, where the connection string does not say `Maximum Pool Size`. |
            | `DB_POOL_TIMEOUT` | the same | `30` | Seconds to wait for a connection, where the connection string does not say `Timeout`. |
            | `OTEL_EXPORTER_OTLP_ENDPOINT` | every service | | Where telemetry goes; without it nothing is sent. OpenTelemetry's other variables count too. |
            | `Worker__Address` (`Worker:Address`) | the command line of MaintenanceWorker | `http://localhost:5181` | The worker that is asked; `--worker` wins. |
            | `Worker__ApiKey` (`Worker:ApiKey`) | the command line of MaintenanceWorker | `ApiKeys:Bootstrap`, else the AppHost's `Parameters:api-key` | The key it is asked with. |
            | `OPENAI_API_KEY` | ConversationApi | | `OpenAI:ApiKey` where that is not set. |
            | `POSTMARK_API_TOKEN`, `POSTMARK_FROM_EMAIL` | ConversationApi | | `Postmark:ServerToken` and `Delivery:From` where those are not set. |
            | `GMAIL_CREDENTIALS_PATH` | ConversationApi | | `Gmail:CredentialsPath` where that is not set. |

            """);
        foreach (var (assembly, title) in _services)
        {
            text.Append($"\n## {title}\n");
            var comments = new Comments(assembly);
            foreach (var (type, section) in SectionsOf(Assembly.Load(assembly)).Where(found => assembly != "ServiceDefaults" || _ofCallers.Contains(found.Section) == (title == CallersTitle)))
            {
                text.Append($"\n### {section}\n\n{comments.Of($"T:{type.FullName}")}\n\n| key | environment | type | default | |\n|---|---|---|---|---|\n");
                foreach (var setting in SettingsOf(type, section, comments))
                    text.Append($"| `{setting.Key}` | `{setting.Key.Replace(":", "__", StringComparison.Ordinal)}` | {setting.Type} | {setting.Default} | {setting.Description} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(Type Type, string Section)> SectionsOf(Assembly assembly) =>
        assembly.GetTypes().Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(found => found.Section is not null).Select(found => (found.Type, found.Section!)).OrderBy(found => found.Item2, StringComparer.Ordinal);

    private static IEnumerable<Setting> SettingsOf(Type options, string section, Comments comments) =>
        Setting.ElementOf(options) is { } element ? Setting.Of(element, $"{section}:0", comments) : Setting.Of(options, section, comments);
}
