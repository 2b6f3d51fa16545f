using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Schedule;

/// <summary>Says all that is wrong with the schedule at once.</summary>
internal sealed class ScheduleOptionsValidator(IOptions<OperationOptions> operations, TimeProvider time) : IValidateOptions<ScheduleOptions>
{
    public ValidateOptionsResult Validate(string? name, ScheduleOptions options)
    {
        var errors = new List<string>();
        JobSchedule.Read(options, operations.Value, time, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
