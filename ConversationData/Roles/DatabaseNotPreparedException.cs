namespace ConversationData.Roles;

/// <summary>Something that the schema needs is missing, and the login may not make it.</summary>
/// <param name="statement">The statement that an administrator has to run, once.</param>
/// <param name="innerException">What the server said.</param>
public sealed class DatabaseNotPreparedException(string statement, Exception innerException)
    : Exception($"The database lacks something that this login may not make ({innerException.Message}). Let an administrator run, in this database:  {statement};", innerException);
