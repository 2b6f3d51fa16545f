using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Nodes;

/// <summary>Finds every mistake at once.</summary>
internal sealed class NodesOptionsValidator : IValidateOptions<NodesOptions>
{
    public ValidateOptionsResult Validate(string? name, NodesOptions options)
    {
        var errors = options.SelectMany(Errors).ToList();
        errors.AddRange(options.GroupBy(node => node.Name).Where(same => same.Count() > 1).Select(same => $"Nodes names '{same.Key}' more than once."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(NodeOptions node, int index)
    {
        if (string.IsNullOrWhiteSpace(node.Name))
            yield return $"Nodes:{index}:Name is missing: the node's name is needed, such as postgres-1.";
        if (node.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return $"Nodes:{index}:Address is '{node.Address}': the http or https address of the node's control API is needed.";
        if (node.ControlKey.Length < 16)
            yield return $"Nodes:{index}:ControlKey is missing or too short: the key of the node's control API is needed.";
    }
}
