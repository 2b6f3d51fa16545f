using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Tests.Hosting;

public sealed class WiringTests
{
    [Fact]
    public async Task References_parameters_and_expressions_reach_the_program_as_values()
    {
        await using var test = new TestApplication("--Parameters:password=p{}w", "--ConnectionStrings:elsewhere=Host=other");
        var password = test.Builder.AddParameter("password", secret: true);
        var elsewhere = test.Builder.AddConnectionString("elsewhere");
        var server = test.Shell("server", "exec sleep 600").WithEndpoint(name: "tcp", isProxied: false);
        var endpoint = server.GetEndpoint("tcp");
        var database = test.Builder.AddConnectionString("database", ReferenceExpression.Create(
            $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)};Password={password};Literal={{}}"));
        test.Shell("client", "echo \"database=$ConnectionStrings__database elsewhere=$ConnectionStrings__elsewhere plain=$PLAIN both=$BOTH\"; exec sleep 600")
            .WithReference(database)
            .WithReference(elsewhere)
            .WithEnvironment("PLAIN", "a value")
            .WithEnvironment("BOTH", $"{password}@{endpoint}");
        await test.StartAsync();

        var line = await test.SaysAsync("client", "database=");

        var port = endpoint.Port;
        Assert.EndsWith($"database=Host=localhost;Port={port};Password=p{{}}w;Literal={{}} elsewhere=Host=other plain=a value both=p{{}}w@tcp://localhost:{port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_without_a_value_names_the_setting_that_would_give_it_one()
    {
        await using var test = new TestApplication();
        var missing = test.Builder.AddParameter("missing");
        test.Shell("program", "exit 0").WithEnvironment("VALUE", missing);
        await test.StartAsync();

        await test.IsAsync("missing", KnownResourceStates.ValueMissing);
        await test.IsAsync("program", KnownResourceStates.FailedToStart);

        await test.SaysAsync("program", "Parameters:missing");
    }

    [Fact]
    public void A_generated_value_has_what_was_asked_for()
    {
        var generated = new GenerateParameterDefault { MinLength = 24, Special = false, MinNumeric = 3, MinUpper = 2 };

        var values = Enumerable.Range(0, 200).Select(_ => generated.GetDefaultValue()).ToArray();

        Assert.All(values, value =>
        {
            Assert.Equal(24, value.Length);
            Assert.True(value.All(char.IsAsciiLetterOrDigit), value);
            Assert.True(value.Count(char.IsAsciiDigit) >= 3 && value.Count(char.IsAsciiLetterUpper) >= 2, value);
        });
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("two words")]
    [InlineData("ends-")]
    [InlineData("two--hyphens")]
    public void A_name_that_no_host_could_have_is_refused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).AddExecutable(name, "true", "."));

    [Fact]
    public void Two_resources_of_one_name_are_refused()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        builder.AddExecutable("same", "true", ".");

        Assert.Throws<DistributedApplicationException>(() => builder.AddExecutable("Same", "true", "."));
    }

    [Fact]
    public void The_manifest_shows_expressions_and_never_values()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--Parameters:secret=hidden"]);
        var secret = builder.AddParameter("secret", secret: true);
        var server = builder.AddContainer("server", "image", "1").WithEndpoint(targetPort: 5432, name: "tcp");

        var expression = ReferenceExpression.Create($"Host={server.GetEndpoint("tcp").Property(EndpointProperty.Host)};Password={secret}");

        Assert.Equal("Host={server.bindings.tcp.host};Password={secret.value}", expression.ValueExpression);
    }
}
