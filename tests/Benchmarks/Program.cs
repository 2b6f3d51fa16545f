using System.CommandLine;
using Benchmarks.Ingestion;
using Benchmarks.Measuring;
using Benchmarks.Reading;

var sizes = new Option<int[]>("--sizes") { Description = "Numbers of conversations for the growth of the inbox.", DefaultValueFactory = _ => [1_000, 10_000, 100_000], AllowMultipleArgumentsPerToken = true };
var mails = new Option<int>("--mails") { Description = "Messages for ingestion; 0 leaves it out.", DefaultValueFactory = _ => 5_000 };
var seconds = new Option<int>("--seconds") { Description = "Length of each round of reading.", DefaultValueFactory = _ => 5 };
var port = new Argument<int>("port");
var file = new Argument<string>("file");
var bare = new Command("bare", "Answer every request with the bytes of a file.") { port, file };
bare.Hidden = true;
bare.SetAction((parsed, cancellationToken) => BareServer.RunAsync(parsed.GetValue(port), parsed.GetRequiredValue(file), cancellationToken));

var root = new RootCommand("Measures the platform against what limits it, in ratios.") { sizes, mails, seconds, bare };
root.SetAction(async (parsed, cancellationToken) =>
{
    var report = new Report();
    await using var server = await BenchmarkServer.StartAsync(cancellationToken);
    if (parsed.GetValue(mails) > 0)
        await IngestionBenchmark.RunAsync(server, report, parsed.GetValue(mails), cancellationToken);
    await ReadingBenchmark.RunAsync(server, report, parsed.GetValue(sizes)!, parsed.GetValue(seconds), cancellationToken);
    report.Write(Console.Out);
    return 0;
});
return await root.Parse(args).InvokeAsync();
