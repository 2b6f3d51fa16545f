using OperationsCatalogue;

namespace AppHost.Operations;

internal static class OperationCommandExtensions
{
    /// <summary>Makes a command of each operation that the catalogue highlights.</summary>
    /// <param name="worker">What carries the operations out.</param>
    /// <param name="apiKey">A key with scope admin.</param>
    public static IResourceBuilder<T> WithOperations<T>(this IResourceBuilder<T> worker, IResourceBuilder<ParameterResource> apiKey) where T : IResourceWithEndpoints
    {
        foreach (var operation in Catalogue.Operations.Where(operation => operation.IsHighlighted))
        {
            var command = new OperationCommand(operation, worker.GetEndpoint("http"), apiKey.Resource);
            worker.WithCommand(operation.Name, NameOf(operation), command.ExecuteAsync, new CommandOptions
            {
                Description = $"{operation.Summary}. {operation.Description}".TrimEnd(),
                ConfirmationMessage = QuestionOf(operation),
                IconName = IconOf(operation),
                IconVariant = IconVariant.Regular,
                UpdateState = command.StateOf,
            });
        }

        return worker;
    }

    private static string NameOf(Operation operation) => $"{char.ToUpperInvariant(operation.Name[0])}{operation.Name[1..].Replace('-', ' ')}";

    private static string? QuestionOf(Operation operation) =>
        operation.Effect is OperationEffect.Reads ? null : operation.ConfirmationMessage ?? $"{operation.Summary}?";

    // Names of Fluent UI's icons; what is highlighted later gets a general one.
    private static string IconOf(Operation operation) => operation.Name switch
    {
        "status" => "Organization",
        "health-report" => "HeartPulse",
        "verify-database" => "CheckmarkCircle",
        "vacuum-analyze" => "Broom",
        "end-idle-sessions" => "PlugDisconnected",
        _ => operation.Effect is OperationEffect.Reads ? "DocumentSearch" : "Wrench",
    };
}
