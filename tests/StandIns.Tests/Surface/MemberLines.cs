using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StandIns.Tests.Surface;

/// <summary>Writes the public members that a type declares, one line each, as the surface files do.</summary>
internal static class MemberLines
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type);

        return type.GetConstructors(Declared).Where(constructor => constructor.IsPublic && !constructor.IsStatic).Select(Constructor)
            .Concat(type.GetProperties(Declared).Where(IsSeen).Select(Property))
            .Concat(type.GetEvents(Declared).Where(@event => IsSeen(@event.AddMethod)).Select(@event => $"event {TypeNames.Of(@event.EventHandlerType!)} {@event.Name}"))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || IsOpen(field)).Select(Field))
            .Concat(type.GetMethods(Declared).Where(method => IsSeen(method) && !IsAccessor(method)).Select(Method));
    }

    public static string Marks(MemberInfo member)
    {
        // Where a type has required members, the compiler marks its constructor for older compilers; that is nobody's word.
        var ownWord = member.GetCustomAttribute<ObsoleteAttribute>(inherit: false) is not null
            && !(member is ConstructorInfo && member.GetCustomAttribute<System.Runtime.CompilerServices.CompilerFeatureRequiredAttribute>(inherit: false) is not null);
        var marks = ownWord ? "  [obsolete]" : "";
        return member.GetCustomAttribute<ExperimentalAttribute>(inherit: false) is { } experimental
            ? $"{marks}  [experimental {experimental.DiagnosticId}]"
            : marks;
    }

    // A new protected member is surface as well; an override of one adds nothing.
    private static bool IsSeen([NotNullWhen(true)] MethodInfo? method)
        => method is not null && (method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly)
            && method.GetBaseDefinition() == method && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null));

    private static bool IsSeen(PropertyInfo property)
        => property.GetAccessors(nonPublic: true).Any(IsSeen) && property.GetCustomAttribute<CompilerGeneratedAttribute>() is null;

    private static bool IsOpen(FieldInfo field) => field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method)
        => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Constructor(ConstructorInfo constructor) => $"new({Parameters(constructor)}){Marks(constructor)}";

    private static string Property(PropertyInfo property)
    {
        var accessors = (IsSeen(property.GetMethod) ? "get; " : "") + (IsSeen(property.SetMethod) ? "set; " : "");
        var isStatic = property.GetAccessors(nonPublic: true)[0].IsStatic ? "static " : "";
        return $"{isStatic}{TypeNames.Of(property.PropertyType)} {property.Name} {{ {accessors}}}{Marks(property)}";
    }

    private static string Field(FieldInfo field)
    {
        var text = field.IsLiteral
            ? $"const {TypeNames.Of(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}"
            : $"{(field.IsStatic ? "static " : "")}{TypeNames.Of(field.FieldType)} {field.Name}";
        return text + Marks(field);
    }

    private static string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var self = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return $"{(method.IsStatic ? "static " : "")}{TypeNames.Of(method.ReturnType)} {method.Name}{generics}({self}{Parameters(method)})"
            + (method.IsGenericMethod ? string.Concat(method.GetGenericArguments().Select(Constraint)) : "") + Marks(method);
    }

    private static string Constraint(Type argument)
    {
        var types = argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(TypeNames.Of).ToArray();
        return types.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", types)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var rest = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params " : "";
        return $"{rest}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => "null",
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
