using PostgresNode.Roles;

namespace PostgresNode.Tests.Roles;

public sealed class ScramVerifierTests
{
    [Fact]
    public void A_verifier_fits_its_password_and_no_other()
    {
        var verifier = ScramVerifier.Create("one");
        Assert.True(ScramVerifier.Matches(verifier, "one"));
        Assert.False(ScramVerifier.Matches(verifier, "two"));
        Assert.NotEqual(verifier, ScramVerifier.Create("one"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("md5c4ca4238a0b923820dcc509a6f75849b")]
    [InlineData("SCRAM-SHA-256$x:y$z")]
    [InlineData("SCRAM-SHA-256$0:AAAA$z:z")]
    public void What_is_no_verifier_fits_no_password(string? stored) => Assert.False(ScramVerifier.Matches(stored, "one"));
}
