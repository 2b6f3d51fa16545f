namespace OperationsCatalogue;

/// <summary>What an operation does to the platform.</summary>
public enum OperationEffect
{
    /// <summary>It looks and leaves everything as it is.</summary>
    Reads,

    /// <summary>It changes data, configuration or the state of a node.</summary>
    Changes,
}
