using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Shutdown;

/// <summary>How a service ends; bound from <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Shutdown";

    /// <summary>How long requests and work in progress may take to finish once stopping began, 1 second to 10 minutes; 10 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the service still takes requests after it began to report itself unhealthy, so that load balancers notice;
    /// part of <see cref="Timeout"/> and shorter than it. Zero by default: right where nothing balances.
    /// </summary>
    public TimeSpan Drain { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Drain < TimeSpan.Zero || Drain >= Timeout)
            yield return new ValidationResult($"{Section}:Drain is {Drain}; it must be zero or more and shorter than {Section}:Timeout ({Timeout}).", [nameof(Drain)]);
    }
}
