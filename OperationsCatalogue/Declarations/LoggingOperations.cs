namespace OperationsCatalogue.Declarations;

internal static class LoggingOperations
{
    private const string Section = "Troubleshooting";

    public static readonly Operation[] All =
    [
        new("set-log-level", "Set how much a service logs, while it runs", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "Every replica follows within seconds, on the console and in what it exports; configuration counts again when the time is over. Of what was set for all and for one service the latest counts. Default leaves categories alone that configuration names. Secrets and the values of SQL parameters are in no log, whatever the level.",
            Arguments =
            [
                new("service", ArgumentType.Choice, "Which service") { Choices = ["all", "api", "worker"], Default = "all" },
                new("category", ArgumentType.Text, "The logging category and those below it, such as Npgsql.Command, or Default") { Default = "Default" },
                new("level", ArgumentType.Choice, "The least that is logged; reset goes back to configuration")
                {
                    Choices = ["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None", "reset"], IsRequired = true,
                },
                new("for", ArgumentType.Duration, "How long; at most 7d") { Default = "1h" },
            ],
            Examples = ["set-log-level --level Debug --for 15m", "set-log-level --service api --category Npgsql.Command --level reset"],
        },
        new("list-log-levels", "List the logging levels that were set", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Examples = ["list-log-levels"],
        },
    ];
}
