using System.Text.Json.Serialization;

namespace Aspire.Hosting.Orchestration;

internal sealed record DcpMetadata(string Name, IReadOnlyDictionary<string, string>? Annotations = null);

internal sealed record NameValue(string Name, string Value);

internal sealed record AmbientEnvironment(string Behavior);

internal sealed record ExecutableSpec(
    string? ExecutablePath,
    string? WorkingDirectory,
    string? ExecutionType,
    IReadOnlyList<string>? Args,
    IReadOnlyList<NameValue>? Env,
    AmbientEnvironment? AmbientEnvironment,
    bool? Stop);

internal sealed record ExecutableStatus(string? State, int? Pid, int? ExitCode, DateTimeOffset? StartupTimestamp, DateTimeOffset? FinishTimestamp);

internal sealed record ExecutableObject(string? ApiVersion, string? Kind, DcpMetadata Metadata, ExecutableSpec? Spec, ExecutableStatus? Status = null);

internal sealed record ExecutableList(IReadOnlyList<ExecutableObject> Items);

internal sealed record ExecutableEvent(string Type, ExecutableObject Object);

internal sealed record ServiceSpec(string Protocol, string AddressAllocationMode, int? Port);

internal sealed record ServiceStatus(string? EffectiveAddress, int? EffectivePort, string? State);

internal sealed record ServiceObject(string ApiVersion, string Kind, DcpMetadata Metadata, ServiceSpec Spec, ServiceStatus? Status = null);

internal sealed record ProducedService(string ServiceName, string Address, int? Port);

internal sealed record StopPatch(StopSpec Spec);

internal sealed record StopSpec(bool Stop);

internal sealed record ExecutionPatch(string Status, string ShutdownResourceCleanup);

internal sealed record DcpFailure(string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecutableObject))]
[JsonSerializable(typeof(ExecutableList))]
[JsonSerializable(typeof(ExecutableEvent))]
[JsonSerializable(typeof(ServiceObject))]
[JsonSerializable(typeof(ProducedService[]))]
[JsonSerializable(typeof(StopPatch))]
[JsonSerializable(typeof(ExecutionPatch))]
[JsonSerializable(typeof(DcpFailure))]
internal sealed partial class DcpJson : JsonSerializerContext;
