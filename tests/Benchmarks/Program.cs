using Benchmarks;

return await BenchmarkCommands.Create().Parse(args).InvokeAsync();
