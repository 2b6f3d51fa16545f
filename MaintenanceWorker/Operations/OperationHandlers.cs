using OperationsCatalogue;

namespace MaintenanceWorker.Operations;

/// <summary>A handler and the operation that it does.</summary>
/// <param name="Name">The operation's name.</param>
/// <param name="Create">Gives the handler.</param>
internal sealed record OperationRegistration(string Name, Func<IServiceProvider, IOperationHandler> Create);

/// <summary>Who does what.</summary>
internal sealed class OperationHandlers
{
    private readonly Dictionary<string, IOperationHandler> _handlers;

    /// <exception cref="InvalidOperationException">The catalogue and the handlers do not fit each other.</exception>
    public OperationHandlers(IEnumerable<OperationRegistration> registrations, IServiceProvider services)
    {
        var registered = registrations.ToList();
        var missing = Catalogue.Operations.Select(operation => operation.Name).Except(registered.Select(r => r.Name));
        var unknown = registered.Select(r => r.Name).Except(Catalogue.Operations.Select(operation => operation.Name));
        if (string.Join(", ", missing.Concat(unknown)) is { Length: > 0 } wrong)
            throw new InvalidOperationException($"Catalogue and handlers do not fit each other: {wrong}.");
        _handlers = registered.ToDictionary(r => r.Name, r => r.Create(services));
    }

    public IOperationHandler this[Operation operation] => _handlers[operation.Name];
}
