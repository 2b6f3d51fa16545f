using System.Text.Json.Serialization;
using ConversationData.Operations.Settings;

namespace MaintenanceWorker.Logging;

/// <summary>A level that was set, as operations show it.</summary>
internal sealed record LogLevelView(string Service, string Category, string Level, string SetBy, DateTimeOffset SetAt, DateTimeOffset? ExpiresAt)
{
    public static LogLevelView Of(LogLevelSetting set) => new(NameOf(set.Service), set.Category, set.Level, set.SetBy, set.SetAt, set.ExpiresAt);

    private static string NameOf(string service) => service == LogLevelRegister.AllServices ? "all" : service;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<LogLevelView>))]
internal sealed partial class LogLevelJson : JsonSerializerContext;
