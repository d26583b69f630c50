using System.Globalization;
using Sluice.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Sql;

namespace Sluice.Bench;

/// <summary>A SQL script from its sources to its sinks, run twice: what the second run allocates is the steady state and the
/// start of a job, not the compilation of methods.</summary>
internal static class ScriptBench
{
    public static async Task<int> RunAsync(string path)
    {
        for (var round = 1; round <= 2; round++)
        {
            var report = new Report(strict: false, Console.Error.WriteLine);
            var options = new SqlScriptOptions { Path = path, Clock = TimeProvider.System };
            var script = SqlScript.Compile(options, BuiltIn.Connectors, BuiltInFormats.All, report, Console.OpenStandardOutput,
                (_, _) => throw new NotSupportedException("a script to measure has INSERTs only"));
            var runner = new JobRunner([.. script.Steps.OfType<RunStep>().Select(s => s.Plan)], "bench.dirty.jsonl", report, TimeProvider.System);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var summary = await runner.RunAsync(CancellationToken.None);
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (summary.Error is { } error)
            {
                await Console.Error.WriteLineAsync(error);
                return 1;
            }

            if (round == 2)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {summary.RowsRead:N0} rows read, {allocated / (double)Math.Max(1, summary.RowsRead):N2} bytes allocated per row, the job's start and end included"));
            }
        }

        return 0;
    }
}
