using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults;

/// <summary>Who a service is: the names it has in telemetry and in its answer at <c>/</c>.</summary>
/// <param name="Name">The application's name, such as <c>ConversationApi</c>.</param>
/// <param name="Version">The version it was built as, without build metadata.</param>
public sealed record ServiceIdentity(string Name, string Version)
{
    /// <summary>Reads the identity of the application that runs in <paramref name="environment"/>.</summary>
    /// <param name="environment">The host's environment; its application name names the assembly whose version counts.</param>
    /// <returns>The identity; version 0.0.0 when the name is no assembly's.</returns>
    public static ServiceIdentity Of(IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var assembly = AppDomain.CurrentDomain.GetAssemblies()
            .FirstOrDefault(loaded => loaded.GetName().Name == environment.ApplicationName);
        var version = assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return new ServiceIdentity(environment.ApplicationName, version.Split('+')[0]);
    }
}
