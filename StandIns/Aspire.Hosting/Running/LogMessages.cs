using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

internal static partial class LogMessages
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Progress}")]
    public static partial void Progress(this ILogger logger, string progress);

    [LoggerMessage(Level = LogLevel.Information, Message = "Login to the dashboard at {LoginUrl}")]
    public static partial void DashboardLogin(this ILogger logger, string loginUrl);

    [LoggerMessage(Level = LogLevel.Information, Message = "Distributed application started. Press Ctrl+C to shut down.")]
    public static partial void ApplicationStarted(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Containers need the real Aspire packages, which the configured NuGet feed lacks: '{Resource}' cannot run here.")]
    public static partial void ContainersNeedThePackages(this ILogger logger, string resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "A resource could not be initialized.")]
    public static partial void InitializationFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void Failed(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log stream broke: {Reason}")]
    public static partial void LogStreamBroke(this ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The health of {Resource} cannot be watched any more.")]
    public static partial void HealthLost(this ILogger logger, Exception exception, string resource);

    [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{Command}'.")]
    public static partial void ExecutingCommand(this ILogger logger, string command);

    [LoggerMessage(Level = LogLevel.Information, Message = "Executed command '{Command}'.")]
    public static partial void ExecutedCommand(this ILogger logger, string command);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command '{Command}' failed: {Reason}")]
    public static partial void CommandFailed(this ILogger logger, string command, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Dependency}' ({WaitType}).")]
    public static partial void Waiting(this ILogger logger, string dependency, ApplicationModel.WaitType waitType);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Resource {Resource} changed state: {Previous} -> {Next}.")]
    public static partial void StateChanged(this ILogger logger, string resource, string? previous, string next);
}
