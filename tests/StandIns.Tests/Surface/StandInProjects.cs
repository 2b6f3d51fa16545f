using System.Reflection;

namespace StandIns.Tests.Surface;

/// <summary>The names of the projects below StandIns/, written into this assembly when it was built.</summary>
internal static class StandInProjects
{
    public static IReadOnlySet<string> Names { get; } = typeof(StandInProjects).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "StandIns")
        .Value!.Split(';').ToHashSet();
}
