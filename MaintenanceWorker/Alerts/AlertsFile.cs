using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MaintenanceWorker.Alerts;

/// <summary>
/// Reads the guide's alerts.yaml into configuration: <c>database_alerts</c> holds the sections of <see cref="AlertsOptions"/>,
/// <c>notification_channels</c> its list, all in snake case. What is not known is refused, so that a slip of the pen silences no alert.
/// </summary>
internal static class AlertsFile
{
    private const string Thresholds = "database_alerts";
    private const string Channels = "notification_channels";

    /// <summary>The file as configuration keys.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read; the message names the file, the line and the key.</exception>
    public static Dictionary<string, string?> Read(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            foreach (var document in yaml.Documents)
                ReadDocument(path, document.RootNode, settings);
            return settings;
        }
        catch (YamlException broken)
        {
            throw new InvalidOperationException($"{path}, line {broken.Start.Line}: this is no YAML: {broken.Message}");
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Alerts:File names {path}, which cannot be read: {missing.Message}");
        }
    }

    private static void ReadDocument(string path, YamlNode root, Dictionary<string, string?> settings)
    {
        foreach (var (name, key, value) in Entries(path, root))
        {
            if (name == Thresholds)
            {
                var sections = typeof(AlertsOptions).GetProperties().Where(property => property.PropertyType.Namespace == typeof(AlertsOptions).Namespace && !property.PropertyType.IsGenericType).ToArray();
                foreach (var (section, at, thresholds) in Entries(path, value))
                    ReadObject(path, thresholds, Known(path, sections, section, at).PropertyType, $"{AlertsOptions.Section}:{Known(path, sections, section, at).Name}", settings);
            }
            else if (name == Channels && value is YamlSequenceNode list)
            {
                for (var i = 0; i < list.Children.Count; i++)
                    ReadObject(path, list.Children[i], typeof(NotificationChannel), $"{AlertsOptions.Section}:{nameof(AlertsOptions.NotificationChannels)}:{i}", settings);
            }
            else
            {
                throw Refused(path, key, name == Channels ? $"'{name}' is not a list" : $"'{name}' is not known; {Thresholds} and {Channels} are");
            }
        }
    }

    private static void ReadObject(string path, YamlNode node, Type type, string prefix, Dictionary<string, string?> settings)
    {
        foreach (var (name, key, value) in Entries(path, node))
        {
            var property = Known(path, type.GetProperties(), name, key);
            if (value is not YamlScalarNode { Value: { Length: > 0 } text })
                throw Refused(path, value, $"'{name}' has no single value");
            if (!TypeDescriptor.GetConverter(property.PropertyType).IsValid(text))
                throw Refused(path, value, $"'{name}' is '{text}', which is no {(property.PropertyType == typeof(double) ? "number" : "whole number")}");
            settings[$"{prefix}:{property.Name}"] = Convert.ToString(text, CultureInfo.InvariantCulture);
        }
    }

    private static PropertyInfo Known(string path, PropertyInfo[] properties, string name, YamlNode key) =>
        properties.FirstOrDefault(property => SnakeCase(property.Name) == name)
        ?? throw Refused(path, key, $"'{name}' is not known; here are: {string.Join(", ", properties.Select(property => SnakeCase(property.Name)))}");

    private static IEnumerable<(string Name, YamlNode Key, YamlNode Value)> Entries(string path, YamlNode node) => node is YamlMappingNode mapping
        ? mapping.Children.Select(child => (child.Key is YamlScalarNode { Value: { } name } ? name : throw Refused(path, child.Key, "a name is needed"), child.Key, child.Value))
        : throw Refused(path, node, "names with values are needed here, as in 'warning: 20'");

    private static InvalidOperationException Refused(string path, YamlNode node, string reason) => new($"{path}, line {node.Start.Line}: {reason}.");

    private static string SnakeCase(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? $"{(i == 0 ? "" : "_")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
