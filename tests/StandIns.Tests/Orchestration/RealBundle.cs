using Aspire.Hosting.Orchestration;

namespace StandIns.Tests.Orchestration;

/// <summary>The bundle in this user's cache, fetched when it is not there yet.</summary>
internal static class RealBundle
{
    private static readonly Lazy<Task<AspireBundle>> s_bundle = new(() => AspireBundle.LocateAsync(_ => { }, CancellationToken.None));

    public static Task<AspireBundle> Get() => s_bundle.Value;
}
