using System.Reflection;

namespace StandIns.Tests.Surface;

public class StandInSurfaceTests
{
    public static TheoryData<string> Packages => [.. SurfaceFiles];

    private static IEnumerable<string> SurfaceFiles
        => Directory.GetFiles(PackageSurface.Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!);

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_stand_in_shows_nothing_that_the_real_package_lacks(string package)
    {
        var surface = PackageSurface.Load(package);
        Assert.True(surface.TypeCount > 0);
        var excess = string.Join('\n', surface.Excess(Assembly.Load(new AssemblyName(package)).GetExportedTypes()));
        Assert.True(excess.Length == 0, $"The real {package} lacks:\n{excess}");
    }

    [Fact]
    public void Every_stand_in_with_public_types_has_a_surface_file()
    {
        var built = Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(StandInProjects.Names.Contains).ToArray();
        Assert.Equal(StandInProjects.Names.Order(), built.Order());
        var withoutFile = built.Except(SurfaceFiles)
            .Where(name => Assembly.Load(new AssemblyName(name)).GetExportedTypes().Length > 0);
        Assert.Empty(withoutFile);
    }
}
