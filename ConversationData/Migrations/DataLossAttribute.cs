namespace ConversationData.Migrations;

/// <summary>Says what the way down from a migration cannot keep.</summary>
/// <param name="loses">What is gone afterwards, as a sentence.</param>
/// <param name="tables">Tables whose rows are gone, with their schema.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DataLossAttribute(string loses, params string[] tables) : Attribute
{
    /// <summary>What is gone afterwards.</summary>
    public string Loses { get; } = loses;

    /// <summary>Tables whose rows are gone.</summary>
    public IReadOnlyList<string> Tables { get; } = tables;
}
