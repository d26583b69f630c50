using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Lookup;

/// <summary>The hot path makes no garbage: a batch whose keys are all known passes without an allocation.</summary>
public sealed class JoinAllocationTests
{
    private const int Rows = 1000;

    [Theory]
    [InlineData(CacheMode.Lru, false, false)]
    [InlineData(CacheMode.Lru, true, true)]
    [InlineData(CacheMode.All, false, false)]
    [InlineData(CacheMode.All, true, true)]
    public async Task A_batch_of_hits_allocates_nothing(CacheMode cache, bool left, bool someAreMissing)
    {
        var schema = new Schema([new Field("id", SqlType.BigInt), new Field("key", SqlType.String)]);
        var lookup = new FakeLookup(new LookupSettings { Cache = cache });
        for (var key = 0; key < 100; key++)
        {
            lookup[$"key {key}"] = someAreMissing && key % 2 == 0 ? null : $"the row of key {key}";
        }

        var lab = new JoinLab(lookup);
        var join = new LookupJoin(schema, [1], [new LookupColumn("k", SqlType.String, -1, 1), new LookupColumn("v", SqlType.String, 0)], left, new LookupTable("t", lookup));
        await join.PrepareAsync(lab.Task, TestContext.Current.CancellationToken);
        var sink = new Counter();
        await using (var writer = join.Open(lab.Task, sink))
        {
            var pool = new RowBatchPool(schema, BatchSize.Of(Rows));
            await writer.WriteAsync(Batch(pool), TestContext.Current.CancellationToken);
            await writer.FlushAsync(TestContext.Current.CancellationToken);
            long Once()
            {
                var batch = Batch(pool);
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.True(writer.WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Equal(0, Enumerable.Range(0, 30).Min(_ => Once()));
        }

        Assert.Equal(31 * (someAreMissing && !left ? Rows / 2 : Rows), sink.Rows);
        await join.CloseAsync();
    }

    private static RowBatch Batch(RowBatchPool pool)
    {
        var batch = pool.Rent();
        Span<byte> key = stackalloc byte[8];
        for (; batch.Count < Rows; batch.Count++)
        {
            System.Text.Unicode.Utf8.TryWrite(key, $"key {batch.Count % 100}", out var length);
            ((ValueColumn<long>)batch.Columns[0]).Set(batch.Count, batch.Count);
            ((TextColumn)batch.Columns[1]).Set(batch.Count, key[..length]);
        }

        (batch.Split, batch.End) = (JoinLab.Split, new Position(Rows));
        return batch;
    }

    private sealed class Counter : ISinkWriter
    {
        public int Rows { get; private set; }

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            Rows += rows.Count;
            rows.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
