using ConversationData.Operations.Settings;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Logging;

internal sealed class SetLogLevel(LogLevelRegister register, TimeProvider time) : IOperationHandler
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(7);

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var service = call.Arguments.Required("service");
        var stored = service == "all" ? LogLevelRegister.AllServices : service;
        var category = call.Arguments.Required("category");
        var length = call.Arguments.Duration("for")!.Value;
        if (category.Length > LogLevelRegister.MaxCategoryLength || category.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new OperationFailedException($"category must have 1 to {LogLevelRegister.MaxCategoryLength} characters and no space, such as Npgsql.Command, or be Default.");
        if (length <= TimeSpan.Zero || length > _longest)
            throw new OperationFailedException($"for is {call.Arguments.Text("for")}; it must be more than 0s and at most 7d.");

        var level = call.Arguments.Required("level");
        string summary;
        if (level == "reset")
        {
            var removed = await register.ResetAsync(stored, category, cancellationToken);
            summary = removed == 0 ? $"Nothing was set for {category} in {service}" : $"{category} goes by configuration again in {service}";
        }
        else
        {
            var expiresAt = time.GetUtcNow() + length;
            await register.SetAsync(new() { Service = stored, Category = category, Level = level, SetBy = call.Caller, ExpiresAt = expiresAt }, cancellationToken);
            summary = $"{category} logs {level} in {service} until {expiresAt:u}";
        }

        return OperationResult.Of<IReadOnlyList<LogLevelView>>([.. (await register.ListAsync(cancellationToken)).Select(LogLevelView.Of)], LogLevelJson.Default.IReadOnlyListLogLevelView, summary);
    }
}
