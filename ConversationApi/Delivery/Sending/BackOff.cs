namespace ConversationApi.Delivery.Sending;

/// <summary>How long to wait before trying again.</summary>
internal static class BackOff
{
    /// <summary>Twice as long each time, between half of that and all of it; never less than the provider asks for, and never more than the limit.</summary>
    /// <param name="attempt">The attempt that failed, 1 and up.</param>
    /// <param name="asked">What the provider asks for.</param>
    /// <param name="options">First wait and limit.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Of(int attempt, TimeSpan? asked, DeliveryOptions options, double random)
    {
        var seconds = Math.Min(options.RetryAtMost.TotalSeconds, options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 40))) * (0.5 + (random / 2));
        return TimeSpan.FromSeconds(Math.Min(options.RetryAtMost.TotalSeconds, Math.Max(seconds, asked?.TotalSeconds ?? 0)));
    }
}
