using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Http;

/// <summary>How an operation is called over HTTP. The CLI and the dashboard's commands go the same way.</summary>
internal static class OperationRoutes
{
    /// <summary>Header of answers: whether somebody should look.</summary>
    public const string AttentionHeader = "Needs-Attention";

    /// <summary>Header of answers: the result in one sentence, percent-encoded.</summary>
    public const string SummaryHeader = "Summary";

    /// <summary>Header of requests: what the caller sits at; one of <see cref="Callers"/>.</summary>
    public const string ThroughHeader = "Requested-Through";

    /// <summary>Header of requests: the same again is the same run.</summary>
    public const string IdempotencyHeader = "Idempotency-Key";

    public static readonly string[] Callers = ["http", "cli", "dashboard"];

    /// <summary>Whether it is answered in the call and not recorded.</summary>
    public static bool IsAnswer(Operation operation) => operation is { Effect: OperationEffect.Reads, IsLong: false };

    public static string MethodOf(Operation operation) => IsAnswer(operation) ? HttpMethods.Get : HttpMethods.Post;
}
