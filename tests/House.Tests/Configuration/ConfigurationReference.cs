using System.Reflection;
using System.Text;

namespace House.Tests.Configuration;

/// <summary>Writes the reference of all settings from the options classes and their doc comments.</summary>
internal static class ConfigurationReference
{
    private static readonly (string Assembly, string Title)[] s_services =
    [
        ("ServiceDefaults", "Every service"),
        ("ConversationApi", "ConversationApi"),
        ("MaintenanceWorker", "MaintenanceWorker"),
        ("MigrationRunner", "MigrationRunner"),
        ("PostgresNode", "PostgresNode"),
    ];

    public static string Write()
    {
        var text = new StringBuilder("""
            # Configuration

            Every setting of every service, made from the code. A setting is given on the command line (`--Key:Sub=value`), in the environment (the second name), or in a service's `appsettings.json`; the first of these that has it wins. Times are UTC, sizes are bytes, unless it says otherwise. A value that is out of its range stops the start and is named.

            The AppHost sets what connects the services with each other; its own settings are in the [README](../README.md#configuration).

            Two come from elsewhere: `ConnectionStrings:conversations` (`ConnectionStrings__conversations`; `DATABASE_URL` is read where it is not set) is the connection string of every service but PostgresNode, and `OTEL_EXPORTER_OTLP_ENDPOINT` is where telemetry goes; without it nothing is sent.

            """);
        foreach (var (assembly, title) in s_services)
        {
            text.Append($"\n## {title}\n");
            var comments = new Comments(assembly);
            foreach (var (type, section) in SectionsOf(Assembly.Load(assembly)))
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
