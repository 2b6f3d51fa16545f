namespace OperationsCatalogue;

/// <summary>Headers of calls under <c>/ops</c>; whoever answers and whoever asks must agree on them.</summary>
public static class OperationHeaders
{
    /// <summary>Of answers: <c>true</c> when somebody should look at the result.</summary>
    public const string NeedsAttention = "Needs-Attention";

    /// <summary>Of answers: the result in one sentence, percent-encoded.</summary>
    public const string Summary = "Summary";

    /// <summary>Of requests: what the caller sits at: <c>http</c>, <c>cli</c> or <c>dashboard</c>.</summary>
    public const string RequestedThrough = "Requested-Through";

    /// <summary>Of requests: the same again is the same run.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}
