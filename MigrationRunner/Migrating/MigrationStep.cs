using System.ComponentModel;
using System.Reflection;
using ConversationData.Migrations;

namespace MigrationRunner.Migrating;

/// <summary>One migration that this program knows.</summary>
/// <param name="Id">Time and name: <c>20261122090000_EnableExtensions</c>.</param>
/// <param name="Description">What it does, as a phrase.</param>
/// <param name="Loss">What the way down cannot keep.</param>
internal sealed record MigrationStep(string Id, string Description, DataLossAttribute? Loss)
{
    public static MigrationStep From(string id, TypeInfo type) => new(
        id,
        type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..],
        type.GetCustomAttribute<DataLossAttribute>());

    /// <summary>A migration may be named by its id, its time or its name.</summary>
    public bool IsCalled(string name) =>
        Id.Equals(name, StringComparison.OrdinalIgnoreCase)
        || Id.Split('_', 2).Contains(name, StringComparer.OrdinalIgnoreCase);
}
