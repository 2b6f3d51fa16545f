namespace MigrationRunner.Migrating;

/// <summary>A run that stops for a reason its reader can do something about.</summary>
public sealed class MigrationException(string message, Exception? innerException = null) : Exception(message, innerException);
