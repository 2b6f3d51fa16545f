namespace StandIns.Tests.Surface;

/// <summary>The comparison itself must be able to fail.</summary>
public class SurfaceComparisonTests
{
    private static readonly string _name = TypeNames.Of(typeof(Probe));

    [Fact]
    public void A_type_that_matches_line_for_line_has_no_excess()
        => Assert.Empty(Compare($"class {_name} : IDisposable", Probe.Lines));

    [Fact]
    public void Fewer_members_than_the_real_type_are_no_excess()
        => Assert.Empty(Compare($"class {_name} : IDisposable, ICloneable", [.. Probe.Lines, "void More()"]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_member_that_the_real_type_lacks_is_named(int missing)
    {
        var lines = Probe.Lines.ToList();
        var gone = lines[missing];
        lines.RemoveAt(missing);
        Assert.Equal($"{_name}: {gone}", Assert.Single(Compare($"class {_name} : IDisposable", lines)));
    }

    [Fact]
    public void A_type_that_the_real_package_lacks_is_named()
        => Assert.Contains("no such type", Assert.Single(Compare("class Another", [])), StringComparison.Ordinal);

    [Fact]
    public void An_interface_too_many_another_kind_and_another_mark_are_named()
    {
        var found = Compare($"static class {_name}  [obsolete]", Probe.Lines);
        Assert.Equal(3, found.Count);
        Assert.Contains(found, line => line.Contains("is a IDisposable", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("= 3", "= 4")]
    [InlineData("  [experimental PROBE001]", "")]
    [InlineData("ref ", "")]
    [InlineData(" where T : System.IO.Stream", "")]
    public void A_member_that_differs_in_any_part_is_named(string part, string other)
    {
        var lines = Probe.Lines.Select(line => line.Replace(part, other, StringComparison.Ordinal));
        Assert.Single(Compare($"class {_name} : IDisposable", lines));
    }

    private static List<string> Compare(string header, IEnumerable<string> members)
        => [.. new PackageSurface(["Public surface of a probe", "", header, .. members.Select(line => "  " + line)]).Excess([typeof(Probe)])];
}
