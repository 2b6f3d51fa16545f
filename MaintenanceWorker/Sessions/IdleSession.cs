using System.Text.Json.Serialization;

namespace MaintenanceWorker.Sessions;

/// <summary>A session that has been idle.</summary>
/// <param name="Server">The node that it is on.</param>
/// <param name="Pid">The backend's process id there.</param>
/// <param name="User">The role that logged in.</param>
/// <param name="Application">What it calls itself.</param>
/// <param name="Client">Where it comes from; empty for a socket.</param>
/// <param name="State">idle, or idle in transaction.</param>
/// <param name="IdleSeconds">How long it has been so.</param>
/// <param name="Ended">Whether it was ended; null where nothing was to be ended.</param>
internal sealed record IdleSession(string Server, int Pid, string User, string Application, string Client, string State, double IdleSeconds, bool? Ended);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<IdleSession>))]
internal sealed partial class SessionJson : JsonSerializerContext;
