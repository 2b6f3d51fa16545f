using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

/// <summary>The bundle in this user's cache, fetched when it is not there yet.</summary>
internal static class RealBundle
{
    private static readonly Lazy<Task<AspireBundle>> _bundle = new(() => AspireBundle.LocateAsync(_ => { }, CancellationToken.None));

    public static Task<AspireBundle> Get() => _bundle.Value;
}
