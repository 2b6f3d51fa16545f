using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Http;

/// <summary>How every <see cref="HttpClient"/> of a service behaves unless told otherwise; bound from <c>HttpClient</c>.</summary>
public sealed class HttpClientDefaultsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "HttpClient";

    /// <summary>The longest a call may take, all attempts together, 1 second to 10 minutes; 30 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest one attempt of a call that may be repeated waits for the answer's headers, 50 milliseconds to 10 minutes; 10 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a failed call is repeated, 0 to 10; 2 by default. Only GET, HEAD, OPTIONS and DELETE without a body are.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 2;
}
