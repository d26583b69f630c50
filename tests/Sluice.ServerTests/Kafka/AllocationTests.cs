using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Formats;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.MySql;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

[Collection(AllocationCollection.Name)]
public sealed class AllocationTests
{
    [Fact]
    public async Task Reading_allocates_less_than_a_byte_per_row()
    {
        const int Rows = 200_000;
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("t", 4);
        for (var p = 0; p < 4; p++)
        {
            await broker.ProduceAsync("t", p, KafkaBroker.Numbered("value-", Rows / 4), keys: false, "-z", "lz4");
        }

        var table = new KafkaTableRun { Metadata = [("p", SqlType.Int, "partition"), ("ts", SqlType.TimestampLtz(3), "timestamp")] };
        var context = KafkaTableRun.Context([]) with { Formats = BuiltInFormats.All };
        var plugin = BuiltIn.Connectors.Single(c => c.Name == "kafka");
        var fewest = long.MaxValue;
        var pool = (RowBatchPool?)null;
        for (var round = 0; round < 3; round++)
        {
            var bag = KafkaTableRun.Bag(broker.Address, "topic=t, format=raw, scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset", context.Report);
            var source = plugin.Table!.Source!(table.Definition(), [0, 1, 2], bag, context);
            var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
            pool ??= new RowBatchPool(plan.Schema, BatchSize.Of(BatchSize.MaxRows));
            await using (var reader = source.Open(plan.Splits[0], ReaderContext.Of(pool)))
            {
                // The first half brings with it what is made once for each batch; the rest is counted.
                var rows = 0L;
                var before = 0L;
                while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
                {
                    rows += batch.Count;
                    before = before == 0 && rows >= Rows / 2 ? GC.GetTotalAllocatedBytes(precise: true) : before;
                    batch.Dispose();
                }

                fewest = Math.Min(fewest, GC.GetTotalAllocatedBytes(precise: true) - before);
                Assert.Equal(Rows, rows);
            }

            await source.CommitAsync(new Engine.Execution.Positions(), last: true, TestContext.Current.CancellationToken);
        }

        Assert.InRange(fewest, 0, Rows / 2);
    }
}
