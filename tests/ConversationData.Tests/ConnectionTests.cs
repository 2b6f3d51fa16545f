using ConversationData.Connections;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ConversationData.Tests;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("postgresql://user:pa%40ss@host:5433/mail", "Host=host:5433;Database=mail;Username=user;Password=pa@ss")]
    [InlineData("postgres://host/mail", "Host=host;Database=mail")]
    [InlineData("postgresql+psycopg2://user@a:1,b:2/mail?sslmode=verify-full&target_session_attrs=primary", "Host=a:1,b:2;Database=mail;Username=user;SSL Mode=VerifyFull")]
    public void The_guides_address_of_a_database_is_understood(string url, string expected) =>
        Assert.Equal(new NpgsqlConnectionStringBuilder(expected).ConnectionString, DatabaseUrl.Parse(url).ConnectionString);

    [Theory]
    [InlineData("mysql://user:secret@host/mail")]
    [InlineData("postgresql:///mail")]
    [InlineData("postgresql://user:secret@host/mail?nonsense=1")]
    public void Another_address_is_refused_without_repeating_its_password(string url) =>
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => DatabaseUrl.Parse(url)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_pool_follows_the_guides_variables_and_what_the_connection_string_says_wins()
    {
        var settings = ConversationConnectionString.Read(Configure(("DATABASE_URL", "postgresql://host/mail"), ("DB_POOL_SIZE", "7"), ("DB_MAX_OVERFLOW", "2"), ("DB_POOL_TIMEOUT", "5")));
        Assert.Equal((9, 5, -1), (settings.MaxPoolSize, settings.Timeout, settings.CancellationTimeout));
        settings = ConversationConnectionString.Read(Configure(("ConnectionStrings:conversations", "Host=host;Maximum Pool Size=3"), ("DATABASE_URL", "postgresql://other/mail")));
        Assert.Equal(("host", 3, 3600), (settings.Host, settings.MaxPoolSize, settings.ConnectionLifetime));
        settings = ConversationConnectionString.Read(Configure(("DATABASE_URL", "postgresql://host/mail")));
        Assert.Equal((30, 30), (settings.MaxPoolSize, settings.Timeout));
    }

    [Fact]
    public void Kerberos_is_not_asked_for_unless_the_connection_string_says_so()
    {
        Assert.Equal(GssEncryptionMode.Disable, ConversationConnectionString.Read(Configure(("DATABASE_URL", "postgresql://host/mail"))).GssEncryptionMode);
        Assert.Equal(GssEncryptionMode.Prefer, ConversationConnectionString.Read(Configure(("ConnectionStrings:conversations", "Host=host;GSS Encryption Mode=Prefer"))).GssEncryptionMode);
    }

    [Fact]
    public void A_missing_or_broken_setting_is_named()
    {
        Assert.Contains("DATABASE_URL", Assert.Throws<InvalidOperationException>(() => ConversationConnectionString.Read(Configure())).Message, StringComparison.Ordinal);
        Assert.Contains("DB_POOL_SIZE", Assert.Throws<InvalidOperationException>(() => ConversationConnectionString.Read(Configure(("DATABASE_URL", "postgresql://h/d"), ("DB_POOL_SIZE", "many")))).Message, StringComparison.Ordinal);
        Assert.Contains("conversations", Assert.Throws<InvalidOperationException>(() => ConversationConnectionString.Read(Configure(("ConnectionStrings:conversations", "Nonsense=1")))).Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configure(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build();
}
