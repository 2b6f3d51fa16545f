using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.Add(name, $"Parameters:{name}", null, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false)
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A secret parameter does not publish its value.", nameof(secret));
        }

        return builder.AddResource(new ParameterResource(name, _ => builder.Configuration[$"Parameters:{name}"] ?? valueGetter(), secret)
        {
            Default = publishValueAsDefault ? new ConstantDefault(valueGetter) : null,
        });
    }

    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.Add(name, $"Parameters:{name}", persist && builder.ExecutionContext.IsRunMode ? new PersistedDefault(builder, $"Parameters:{name}", value) : value, secret);

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        builder.Add(name, configurationKey, null, secret);

    public static IResourceBuilder<ParameterResource> WithDescription(this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        builder.Resource.Description = description;
        return builder;
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        var parameter = new ConfiguredConnectionString(name, environmentVariableName, _ => builder.Configuration.GetConnectionString(name)
            ?? throw new MissingParameterValueException($"Connection string '{name}' is not configured. Set ConnectionStrings:{name}, in the user secrets of the AppHost or as ConnectionStrings__{name} in its environment."));
        builder.AddResource(parameter);
        return builder.CreateResourceBuilder<IResourceWithConnectionString>(parameter);
    }

    public static ParameterResource CreateDefaultPasswordParameter(IDistributedApplicationBuilder builder, string name, bool lower = true, bool upper = true,
        bool numeric = true, bool special = true, int minLower = 0, int minUpper = 0, int minNumeric = 0, int minSpecial = 0) =>
        CreateGeneratedParameter(builder, name, secret: true, new GenerateParameterDefault
        {
            Lower = lower, Upper = upper, Numeric = numeric, Special = special,
            MinLower = minLower, MinUpper = minUpper, MinNumeric = minNumeric, MinSpecial = minSpecial,
        });

    public static ParameterResource CreateGeneratedParameter(IDistributedApplicationBuilder builder, string name, bool secret, GenerateParameterDefault parameterDefault) =>
        Create(builder, name, $"Parameters:{name}", builder.ExecutionContext.IsRunMode ? new PersistedDefault(builder, $"Parameters:{name}", parameterDefault) : parameterDefault, secret);

    private static IResourceBuilder<ParameterResource> Add(this IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? value, bool secret) =>
        builder.AddResource(Create(builder, name, key, value, secret));

    private static ParameterResource Create(IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? value, bool secret) =>
        new(name, fallback => builder.Configuration[key] ?? fallback?.GetDefaultValue()
            ?? throw new MissingParameterValueException($"Parameter '{name}' has no value. Set {key}, in the user secrets of the AppHost or as {key.Replace(":", "__", StringComparison.Ordinal)} in its environment."), secret)
        {
            Default = value,
        };

    private sealed class ConstantDefault(Func<string> value) : ParameterDefault
    {
        public override string GetDefaultValue() => value();

        public override void WriteToManifest(Publishing.ManifestPublishingContext context) => context.Writer.WriteString("value", value());
    }

    private sealed class PersistedDefault(IDistributedApplicationBuilder builder, string key, ParameterDefault inner) : ParameterDefault
    {
        public override string GetDefaultValue() => DistributedApplicationBuilder.SecretsOf(builder).GetOrSet(builder.Configuration, key, inner.GetDefaultValue);

        public override void WriteToManifest(Publishing.ManifestPublishingContext context) => inner.WriteToManifest(context);
    }

    private sealed class ConfiguredConnectionString(string name, string? environmentVariableName, Func<ParameterDefault?, string> callback)
        : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
    {
        public string? ConnectionStringEnvironmentVariable { get; } = environmentVariableName;

        public ReferenceExpression ConnectionStringExpression =>
            new("{0}", [this], [$"{{{Name}.value}}"], [null]);

        public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(Value);

        string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

        ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Value);

        IEnumerable<object> IValueWithReferences.References => [];
    }
}

public static class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
}
