namespace PostgresNode.DataDirectory;

/// <summary>The data cannot be read: only a person's word may put another node's in its place.</summary>
/// <param name="message">What is wrong and what can be done.</param>
internal sealed class DamagedDataException(string message) : NodeFaultException(message);
