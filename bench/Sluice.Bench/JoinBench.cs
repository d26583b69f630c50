using System.Globalization;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Bench;

/// <summary>A whole lookup join whose keys are all kept: batches of three STRING columns, keys uniformly among the table's, a record of one.</summary>
internal static class JoinBench
{
    private const int Batches = 64;

    /// <summary>Rows of a round.</summary>
    public const int Rows = Batches * BatchSize.MaxRows;

    public static Schema Input { get; } = new([new Field("user_id", SqlType.String), new Field("device", SqlType.String), new Field("ip", SqlType.String)]);

    /// <summary>About 20 bytes.</summary>
    public static byte[] Key(int number) => Text($"user:profile:{number:0000000}");

    /// <returns>Joins all rows once, and returns how many have come out.</returns>
    public static async Task<Func<Task<int>>> PrepareAsync(int entries, CacheMode cache)
    {
        var table = new LookupTable("users", new Users(entries, new LookupSettings { Cache = cache, MaxRows = entries, MaxBytes = 1L << 30 }));
        var join = new LookupJoin(Input, [0], [new LookupColumn("name", SqlType.String, 0)], keepMissing: false, table);
        var task = NewTask();
        await join.PrepareAsync(task, CancellationToken.None);
        return Open(join, task, [.. Enumerable.Range(0, Batches).Select(seed => Batch(entries, seed))]);
    }

    /// <summary>The context of a task that has no rows to refuse.</summary>
    public static TaskContext NewTask() =>
        new(new Books(), new Positions(), null!, new Metrics(), new Report(false, Console.Error.WriteLine), TimeProvider.System);

    /// <returns>Joins all rows of the batches once, and returns how many have come out.</returns>
    public static Func<Task<int>> Open(LookupJoin join, TaskContext task, IReadOnlyList<RowBatch> batches)
    {
        var sink = new Counter();
        var writer = join.Open(task, sink);
        return async () =>
        {
            sink.Rows = 0;
            foreach (var batch in batches)
            {
                batch.Share(1);
                await writer.WriteAsync(batch, CancellationToken.None);
            }

            await writer.FlushAsync(CancellationToken.None);
            return sink.Rows;
        };
    }

    /// <summary>A batch of these keys.</summary>
    public static RowBatch Batch(IEnumerable<byte[]> keys)
    {
        var batch = new RowBatchPool(Input, BatchSize.Of(BatchSize.MaxRows)).Rent();
        foreach (var key in keys)
        {
            var row = batch.Count++;
            ((TextColumn)batch.Columns[0]).Set(row, key);
            ((TextColumn)batch.Columns[1]).Set(row, row % 3 == 0 ? "android"u8 : "iphone"u8);
            ((TextColumn)batch.Columns[2]).Set(row, Text($"10.{row % 256}.{row / 256 % 256}.{row * 13 % 256}"));
        }

        return batch;
    }

    private static byte[] Text(FormattableString text) => Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));

    private static RowBatch Batch(int entries, int seed)
    {
        var random = new Random(seed);
        return Batch(Enumerable.Range(0, BatchSize.MaxRows).Select(_ => Key(random.Next(entries))));
    }

    /// <summary>A dimension table in which each key has a row.</summary>
    private sealed class Users(int rows, LookupSettings settings) : ILookup, ILookupReader
    {
        public string Name => "bench";

        public RecordLayout Layout { get; } = new(new Schema([new Field("name", SqlType.String)]));

        public LookupSettings Settings => settings;

        public IEnumerable<string> Explain() => [];

        public Task PrepareAsync(TaskContext task, CancellationToken stop) => Task.CompletedTask;

        public ILookupReader Open(TaskContext task, IInvalidations? invalidations) => this;

        public async Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop)
        {
            var (keys, found) = (new KeyBatch(), new FoundRows());
            for (var i = 0; i < rows;)
            {
                keys.Clear();
                for (var end = Math.Min(rows, i + 1000); i < end; i++)
                {
                    keys.Add(Key(i));
                }

                await ReadAsync(keys, found, stop);
                into.Add(keys, found);
            }
        }

        public Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop)
        {
            found.Reset(keys.Count);
            for (var i = 0; i < keys.Count; i++)
            {
                found.Begin(i);
                RecordLayout.AppendText(found.Heap, "a name of 20 bytes.."u8);
                found.End(i);
            }

            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Counter : ISinkWriter
    {
        public int Rows { get; set; }

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
