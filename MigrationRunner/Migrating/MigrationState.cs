namespace MigrationRunner.Migrating;

/// <summary>The migrations of this program, and which of them the database has.</summary>
/// <param name="Steps">Every migration, oldest first.</param>
/// <param name="Applied">Ids that the database lists.</param>
internal sealed record MigrationState(IReadOnlyList<MigrationStep> Steps, IReadOnlySet<string> Applied)
{
    /// <summary>What stands for 'before the first migration'.</summary>
    public const string Base = "base";

    /// <summary>Index of the newest applied migration, -1 for none.</summary>
    public int Current => Steps.Select((step, index) => Applied.Contains(step.Id) ? index : -1).DefaultIfEmpty(-1).Max();

    /// <summary>Applied migrations that this program does not know: it is older than the database.</summary>
    public IEnumerable<string> Unknown => Applied.Except(Steps.Select(step => step.Id)).Order(StringComparer.Ordinal);

    /// <summary>Id at an index, or 'base'.</summary>
    public string NameOf(int index) => index < 0 ? Base : Steps[index].Id;

    /// <summary>Index of the migration called so; -1 for base.</summary>
    /// <exception cref="MigrationException">There is none.</exception>
    public int Find(string name)
    {
        if (name.Equals(Base, StringComparison.OrdinalIgnoreCase))
            return -1;
        if (name.Equals("head", StringComparison.OrdinalIgnoreCase))
            return Steps.Count - 1;
        for (var i = 0; i < Steps.Count; i++)
            if (Steps[i].IsCalled(name))
                return i;
        throw new MigrationException($"There is no migration '{name}'. 'history' lists them.");
    }
}
