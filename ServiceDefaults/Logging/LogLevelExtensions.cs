using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Logging;

/// <summary>Logging levels that can be set while a service runs.</summary>
public static class LogLevelExtensions
{
    /// <summary>Lets a service follow the logging levels of a source, every few seconds; see <see cref="LogLevelOptions"/>.</summary>
    /// <typeparam name="TSource">Where they are.</typeparam>
    /// <param name="builder">The service being built.</param>
    /// <returns>The same builder.</returns>
    public static IHostApplicationBuilder AddLogLevels<TSource>(this IHostApplicationBuilder builder)
        where TSource : class, ILogLevelSource
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<LogLevelOptions>().BindConfiguration(LogLevelOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ILogLevelSource, TSource>();
        builder.Services.AddSingleton<LogLevelSwitch>();
        builder.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(services => services.GetRequiredService<LogLevelSwitch>());
        builder.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(services => services.GetRequiredService<LogLevelSwitch>());
        builder.Services.AddHostedService<LogLevelFollower>();
        return builder;
    }
}
