using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace House.Tests.Configuration;

/// <summary>One key that can be configured.</summary>
/// <param name="Key">With colons.</param>
/// <param name="Type">What is written there.</param>
/// <param name="Default">What counts without it.</param>
/// <param name="Description">Its doc comment.</param>
internal sealed record Setting(string Key, string Type, string Default, string Description)
{
    /// <summary>All keys below a section, those of nested options included.</summary>
    public static IEnumerable<Setting> Of(Type options, string section, Comments comments)
    {
        var defaults = Activator.CreateInstance(options, nonPublic: true);
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => IsBound(p, defaults)))
        {
            var key = $"{section}:{property.Name}";
            var description = comments.Of($"P:{options.FullName!.Replace('+', '.')}.{property.Name}");
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var value = property.GetValue(defaults);
            if (IsOptions(type))
            {
                foreach (var nested in Of(type, key, comments))
                    yield return nested;
            }
            else if (ElementOf(type) is { } element)
            {
                var each = type.IsAssignableTo(typeof(IDictionary)) || type.Name.StartsWith("IDictionary", StringComparison.Ordinal) ? $"{key}:<name>" : $"{key}:0";
                yield return new(each, IsOptions(element) ? "section" : NameOf(element), Text(value), description);
                foreach (var nested in IsOptions(element) ? Of(element, each, comments) : [])
                    yield return nested;
            }
            else
            {
                yield return new(key, NameOf(type) + RangeOf(property), Text(value), description);
            }
        }
    }

    /// <summary>A list that is options itself.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type == typeof(string))
            return null;
        var collection = type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
        return collection is { IsGenericType: true } && collection.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? collection.GetGenericArguments()[1] : collection;
    }

    private static bool IsBound(PropertyInfo property, object? defaults) =>
        property.GetIndexParameters().Length == 0 && (property.SetMethod is { IsPublic: true } || ElementOf(property.PropertyType) is not null && IsFilled(property.GetValue(defaults)));

    /// <summary>Whether configuration is added to a collection that is there: one that is computed, or cannot grow, is no setting.</summary>
    private static bool IsFilled(object? collection) => collection is not (null or Array) && collection.GetType().GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICollection<>)).Any(i => i.GetProperty(nameof(ICollection<>.IsReadOnly))!.GetValue(collection) is false);

    private static bool IsOptions(Type type) => type is { IsClass: true } && type != typeof(string) && type != typeof(Uri) && ElementOf(type) is null;

    private static string RangeOf(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? string.Create(CultureInfo.InvariantCulture, $", {range.Minimum} to {range.Maximum}") : "";

    private static string NameOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? string.Join(", ", Enum.GetNames(type))
            : type == typeof(bool) ? "true, false"
            : type == typeof(TimeSpan) ? "duration (d.hh:mm:ss)"
            : type == typeof(Uri) ? "address"
            : type == typeof(string) ? "text"
            : type == typeof(double) || type == typeof(decimal) ? "number"
            : "whole number";
    }

    private static string Text(object? value) => value switch
    {
        null or "" => "",
        bool flag => flag ? "`true`" : "`false`",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        string text => $"`{text}`",
        IDictionary named => string.Join(", ", named.Keys.Cast<object>().Select(name => $"`{name}`")),
        IEnumerable items => string.Join(", ", items.Cast<object>().Select(item => $"`{item}`")),
        _ => $"`{value}`",
    };
}
