using System.Globalization;

namespace ConversationData.Queries;

/// <summary>A statement that the platform sends all day, word for word.</summary>
/// <param name="Name">Short, in kebab-case.</param>
/// <param name="Description">What it is asked for.</param>
/// <param name="Sql">Its text, with numbered parameters; <see cref="Model"/> and <see cref="Dimensions"/> where numbers of the current embedding model stand in it.</param>
/// <param name="Index">The index that it is to use, with its schema.</param>
/// <param name="Sample">A statement that gives one row with the parameters' values, as they occur in the database, in their order; no row, or nulls, where none occur yet.</param>
public sealed record HotQuery(string Name, string Description, string Sql, string Index, string Sample)
{
    /// <summary>Stands for the number of the current embedding model.</summary>
    public const string Model = ":model";

    /// <summary>Stands for the length of its vectors.</summary>
    public const string Dimensions = ":dimensions";

    /// <summary>The current embedding model's number and the length of its vectors; no row where there is none.</summary>
    public const string CurrentModel = "SELECT id, dimensions FROM embedding_models WHERE is_current";

    /// <summary>Whether it changes something or locks rows: then it is never run to look at it.</summary>
    public bool Writes { get; init; }

    /// <summary>What is sent before it in the same transaction, with its values; null when nothing is.</summary>
    public string? Settings { get; init; }

    /// <summary>The table of an index that an operation builds once there is enough in it, under its name or the name with the model's number; null for one that is always there.</summary>
    public string? BuiltOn { get; init; }

    /// <summary>Whether it can be said only where there is a current embedding model.</summary>
    public bool NeedsModel => Sql.Contains(Model, StringComparison.Ordinal);

    /// <summary>The same with the numbers of a model.</summary>
    /// <param name="model">The model's number.</param>
    /// <param name="dimensions">The length of its vectors.</param>
    public HotQuery Of(int model, int dimensions)
    {
        string Put(string sql) => sql.Replace(Model, model.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace(Dimensions, dimensions.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return this with { Sql = Put(Sql), Sample = Put(Sample) };
    }
}
