using System.Globalization;
using Microsoft.Extensions.Options;

namespace PostgresNode.Configuration;

/// <summary>postgres-2 is node 2 unless told otherwise.</summary>
internal sealed class NodeIdFromName : IPostConfigureOptions<PostgresNodeOptions>
{
    public void PostConfigure(string? name, PostgresNodeOptions options)
    {
        var digits = options.NodeName.AsSpan(options.NodeName.AsSpan().TrimEnd("0123456789").Length);
        if (options.NodeId == 0 && int.TryParse(digits, CultureInfo.InvariantCulture, out var id))
            options.NodeId = id;
    }
}
