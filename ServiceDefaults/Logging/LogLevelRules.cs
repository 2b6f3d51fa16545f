using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>Puts levels into the rules by which loggers are filtered, above what configuration says for every provider.</summary>
internal static class LogLevelRules
{
    public static void Apply(IList<LoggerFilterRule> rules, IEnumerable<LogLevelOverride> overrides)
    {
        // What is set for a part counts in it: the wider ones first.
        foreach (var set in overrides.OrderBy(set => set.Category == LogLevelOverride.Default ? 0 : set.Category.Length))
        {
            var category = set.Category == LogLevelOverride.Default ? null : set.Category;
            // A rule for a provider counts more than one for all, so each provider that has any gets its own.
            var providers = rules.Where(rule => category is not null || IsWithin(rule.CategoryName, category)).Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
            foreach (var overridden in rules.Where(rule => rule.Filter is null && IsWithin(rule.CategoryName, category)).ToList())
                rules.Remove(overridden);
            foreach (var provider in providers)
                rules.Add(new(provider, category, set.Level, filter: null));
        }
    }

    private static bool IsWithin(string? name, string? category)
    {
        if (category is null)
            return string.IsNullOrEmpty(name) || name == LogLevelOverride.Default;
        return name is not null && name.StartsWith(category, StringComparison.OrdinalIgnoreCase) && (name.Length == category.Length || name[category.Length] is '.' or '*');
    }
}
