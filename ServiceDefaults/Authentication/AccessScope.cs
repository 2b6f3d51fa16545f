namespace ServiceDefaults.Authentication;

/// <summary>What a key may do; each scope contains the ones before it.</summary>
public enum AccessScope
{
    /// <summary>Look.</summary>
    Read,

    /// <summary>Look, and change conversations.</summary>
    Write,

    /// <summary>Everything, keys and operations too.</summary>
    Admin,
}
