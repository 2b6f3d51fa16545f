using System.CommandLine;
using Benchmarks.Ingestion;
using Benchmarks.Measuring;
using Benchmarks.Monitoring;
using Benchmarks.Reading;
using Benchmarks.Replying;
using Benchmarks.Searching;

namespace Benchmarks;

/// <summary>What can be measured.</summary>
internal static class BenchmarkCommands
{
    private static readonly Option<int> _seconds = new("--seconds") { Description = "Length of each round of reading.", DefaultValueFactory = _ => 5 };

    public static RootCommand Create()
    {
        var sizes = new Option<int[]>("--sizes") { Description = "Numbers of conversations for the growth of the inbox.", DefaultValueFactory = _ => [1_000, 10_000, 100_000], AllowMultipleArgumentsPerToken = true };
        var mails = new Option<int>("--mails") { Description = "Messages for ingestion; 0 leaves it out.", DefaultValueFactory = _ => 5_000 };
        var root = new RootCommand("Measures the platform against what limits it, in ratios.") { sizes, mails, _seconds, Bare(), Quality(), Search() };
        root.Add(new Command("monitoring", "Only what watching the database costs.") { _seconds }
            .Measuring((parsed, server, report, token) => MonitoringBenchmark.RunAsync(server, report, parsed.GetValue(_seconds), token)));
        root.Add(new Command("replying", "Only what answering a lead costs.") { _seconds }
            .Measuring((parsed, server, report, token) => ReplyBenchmark.RunAsync(server, report, parsed.GetValue(_seconds), token)));
        return root.Measuring(async (parsed, server, report, token) =>
        {
            if (parsed.GetValue(mails) > 0)
                await IngestionBenchmark.RunAsync(server, report, parsed.GetValue(mails), token);
            await ReadingBenchmark.RunAsync(server, report, parsed.GetValue(sizes)!, parsed.GetValue(_seconds), token);
            await ReplyBenchmark.RunAsync(server, report, parsed.GetValue(_seconds), token);
            await MonitoringBenchmark.RunAsync(server, report, parsed.GetValue(_seconds), token);
        });
    }

    private static Command Bare()
    {
        var port = new Argument<int>("port");
        var file = new Argument<string>("file");
        var bare = new Command("bare", "Answer every request with the bytes of a file.") { port, file };
        bare.Hidden = true;
        bare.SetAction((parsed, cancellationToken) => BareServer.RunAsync(parsed.GetValue(port), parsed.GetRequiredValue(file), cancellationToken));
        return bare;
    }

    private static Command Quality()
    {
        var settings = new Option<string[]>("--settings") { Description = "Settings of the API to try, as Search__K1=1.5.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        return new Command("search-quality", "Only how good the results of searches are; ends with exit code 1 where they are below the goals.") { settings }
            .Measuring((parsed, server, report, token) => QualityBenchmark.RunAsync(server, report, parsed.GetValue(settings)!, isRequired: true, token));
    }

    private static Command Search()
    {
        var messages = new Option<int>("--messages") { Description = "Messages to search among; 0 leaves it out.", DefaultValueFactory = _ => 100_000 };
        var vectors = new Option<int>("--vectors") { Description = "Vectors for the comparison of indexes; 0 leaves it out.", DefaultValueFactory = _ => 100_000 };
        return new Command("search", "Only searching: how good it is, and how fast among many messages.") { messages, vectors, _seconds }.Measuring(async (parsed, server, report, token) =>
        {
            await QualityBenchmark.RunAsync(server, report, [], isRequired: false, token);
            if (parsed.GetValue(messages) > 0)
                await SearchBenchmark.RunAsync(server, report, parsed.GetValue(messages), parsed.GetValue(_seconds), token);
            if (parsed.GetValue(vectors) > 0)
                await VectorBenchmark.RunAsync(server, report, parsed.GetValue(vectors), token);
        });
    }

    private static T Measuring<T>(this T command, Func<ParseResult, BenchmarkServer, Report, CancellationToken, Task> measure)
        where T : Command
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report();
            await using var server = await BenchmarkServer.StartAsync(cancellationToken);
            await measure(parsed, server, report, cancellationToken);
            report.Write(Console.Out);
            return report.IsReached(Console.Error) ? 0 : 1;
        });
        return command;
    }
}
