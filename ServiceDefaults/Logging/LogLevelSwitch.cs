using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ServiceDefaults.Logging;

/// <summary>Makes every logger, whatever it writes to, follow the levels that are set.</summary>
internal sealed class LogLevelSwitch : IPostConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private volatile IReadOnlyList<LogLevelOverride> _overrides = [];
    private ConfigurationReloadToken _changed = new();

    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => Volatile.Read(ref _changed);

    public void PostConfigure(string? name, LoggerFilterOptions options) => LogLevelRules.Apply(options.Rules, _overrides);

    /// <summary>Changes the levels at once.</summary>
    /// <returns>Whether they were others before.</returns>
    public bool Set(IReadOnlyList<LogLevelOverride> overrides)
    {
        if (overrides.SequenceEqual(_overrides))
            return false;
        _overrides = overrides;
        Interlocked.Exchange(ref _changed, new()).OnReload();
        return true;
    }
}
