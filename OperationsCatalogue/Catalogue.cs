using OperationsCatalogue.Declarations;

namespace OperationsCatalogue;

/// <summary>Everything that can be done to the platform.</summary>
public static class Catalogue
{
    /// <summary>The operations, in the order of help texts.</summary>
    public static IReadOnlyList<Operation> Operations { get; } = CatalogueValidation.Checked(
    [
        .. MonitoringOperations.All,
        .. NodeOperations.All,
        .. SessionOperations.All,
        .. MigrationOperations.All,
        .. UpkeepOperations.All,
        .. ErasureOperations.All,
        .. ScheduleOperations.All,
        .. KeyOperations.All,
        .. LoggingOperations.All,
    ]);

    /// <summary>Looks an operation up.</summary>
    /// <param name="name">Its name; case matters.</param>
    /// <returns>The operation, or null when there is none of that name.</returns>
    public static Operation? Find(string name) => Operations.FirstOrDefault(operation => operation.Name == name);
}
