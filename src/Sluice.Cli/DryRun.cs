using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Cli;

/// <summary>Reads the first records of a plan and shows the commands that they would become. Nothing is written, and the
/// sink's server is not even connected to.</summary>
internal static class DryRun
{
    /// <returns>How many records were read.</returns>
    public static async Task<long> RunAsync(Plan plan, int rows, Action<string> print, CancellationToken stop)
    {
        var source = await plan.Source.PrepareAsync(plan.Settings.Concurrent, stop);
        plan.Sink.Bind(source.Schema);
        var pool = new RowBatchPool(source.Schema, BatchSize.Of(Math.Min(rows, plan.Sink.BatchSize.Rows)));
        var read = 0;
        foreach (var split in source.Splits)
        {
            await using var reader = plan.Source.Open(split, ReaderContext.Of(pool));
            while (read < rows && await reader.ReadAsync(stop) is { } batch)
            {
                using (batch)
                {
                    batch.Split = split;
                    for (var row = 0; row < batch.Count && read < rows; row++, read++)
                    {
                        foreach (var line in plan.Sink.Render(batch, row))
                        {
                            print(line);
                        }
                    }
                }
            }

            if (read >= rows)
            {
                break;
            }
        }

        return read;
    }
}
