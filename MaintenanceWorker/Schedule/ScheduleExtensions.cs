using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Schedule;

internal static class ScheduleExtensions
{
    /// <summary>What it takes to ask about the schedule.</summary>
    public static IHostApplicationBuilder AddSchedule(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ScheduleOptions>().BindConfiguration(ScheduleOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ScheduleOptions>, ScheduleOptionsValidator>();
        builder.Services.AddSingleton<JobSchedule>();
        builder.Services.AddSingleton<JobRegister>();
        builder.Services.AddSingleton<JobLister>();
        builder.Services.AddOperation<ListJobs>("list-jobs").AddOperation<PauseJob>("pause-job").AddOperation<ResumeJob>("resume-job");
        return builder;
    }

    /// <summary>Keeps the schedule.</summary>
    public static IHostApplicationBuilder AddScheduler(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<Scheduler>();
        return builder;
    }
}
