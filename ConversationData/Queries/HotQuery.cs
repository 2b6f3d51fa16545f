namespace ConversationData.Queries;

/// <summary>A statement that the platform sends all day, word for word.</summary>
/// <param name="Name">Short, in kebab-case.</param>
/// <param name="Description">What it is asked for.</param>
/// <param name="Sql">Its text, with numbered parameters.</param>
/// <param name="Index">The index that it is to use, with its schema.</param>
/// <param name="Sample">A statement that gives one row with the parameters' values, as they occur in the database, in their order; no row, or nulls, where none occur yet.</param>
public sealed record HotQuery(string Name, string Description, string Sql, string Index, string Sample)
{
    /// <summary>Whether it changes something or locks rows: then it is never run to look at it.</summary>
    public bool Writes { get; init; }
}
