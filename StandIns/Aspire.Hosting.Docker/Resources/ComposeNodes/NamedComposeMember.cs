using YamlDotNet.Serialization;

namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public abstract class NamedComposeMember
{
    [YamlIgnore]
    public required string Name { get; set; }
}
