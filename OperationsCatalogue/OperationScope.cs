namespace OperationsCatalogue;

/// <summary>Which key an operation asks for.</summary>
public enum OperationScope
{
    /// <summary>A key that may look.</summary>
    Read,

    /// <summary>A key that may change things.</summary>
    Admin,
}
