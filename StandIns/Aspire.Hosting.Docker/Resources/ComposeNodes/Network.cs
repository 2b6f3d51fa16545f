namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public sealed class Network : NamedComposeMember
{
    public string? Driver { get; set; }
    public bool? External { get; set; }
    public Dictionary<string, string> Labels { get; set; } = [];
    public bool? Internal { get; set; }
}
