using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Docker;

public sealed class CapturedEnvironmentVariable
{
    public required string Name { get; set; }
    public string? Description { get; set; }
    public string? DefaultValue { get; set; }
    public object? Source { get; set; }
    public IResource? Resource { get; set; }
}
