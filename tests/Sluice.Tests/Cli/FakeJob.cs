using System.Globalization;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Cli;

/// <summary>A plan without servers: rows that count up, and a sink that confirms them.</summary>
internal sealed class FakeJob
{
    public int Rows { get; init; } = 25;

    public int Splits { get; init; } = 1;

    public DirtyLimit DirtyLimit { get; init; } = new(0, null);

    /// <summary>Rows from this one on are dirty.</summary>
    public int DirtyFrom { get; init; } = int.MaxValue;

    public Func<Exception>? PrepareFails { get; init; }

    public Func<Exception>? WriteFails { get; init; }

    /// <summary>Called after each batch.</summary>
    public Action AfterBatch { get; init; } = () => { };

    public List<string> Written { get; } = [];

    public Plan Plan => new("fake", new Source(this), new Sink(this), new JobSettings { DirtyLimit = DirtyLimit });

    private static Schema Columns { get; } = new([new Field("id", DataType.Integer), new Field("name", DataType.Text)]);

    private sealed class Source(FakeJob job) : ISource
    {
        public string Name => "fake source";

        public Schema? Schema => Columns;

        public bool IsBounded => true;

        public IEnumerable<string> Explain() => ["rows that count up"];

        public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => job.PrepareFails is { } fail
            ? throw fail()
            : Task.FromResult(new SourcePlan(Columns, [.. Enumerable.Range(0, job.Splits).Select(i => new Split($"split-{i}"))], job.Rows * job.Splits));

        public ISplitReader Open(Split split, ReaderContext context) => new Reader(job, context.Pool);
    }

    private sealed class Reader(FakeJob job, RowBatchPool pool) : ISplitReader
    {
        private int _next;

        public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            if (_next == job.Rows)
            {
                return new((RowBatch?)null);
            }

            var batch = pool.Rent();
            while (_next < job.Rows && !batch.IsFull)
            {
                batch.Texts[0].Set(batch.Count, Encoding.UTF8.GetBytes(_next.ToString(CultureInfo.InvariantCulture)));
                batch.Texts[1].Set(batch.Count, Encoding.UTF8.GetBytes($"name {_next}"));
                batch.Count++;
                _next++;
            }

            batch.End = new Position(_next);
            return new(batch);
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Sink(FakeJob job) : ISink
    {
        public string Name => "fake sink";

        public BatchSize BatchSize => BatchSize.Of(10);

        public void Bind(Schema schema)
        {
        }

        public IEnumerable<string> Explain(Schema? schema) => ["SET <id> <name>"];

        public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

        public ISinkWriter Open(TaskContext task) => new Writer(job, task);

        public IEnumerable<string> Render(RowBatch rows, int row) =>
            [$"SET {Encoding.UTF8.GetString(rows.Texts[0][row])} \"{Encoding.UTF8.GetString(rows.Texts[1][row])}\""];
    }

    private sealed class Writer(FakeJob job, TaskContext task) : ISinkWriter
    {
        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                if (job.WriteFails is { } fail)
                {
                    throw fail();
                }

                for (var row = 0; row < rows.Count; row++)
                {
                    var id = Encoding.UTF8.GetString(rows.Texts[0][row]);
                    task.Books.AddRead(1, rows.Texts[1][row].Length);
                    if (int.Parse(id, CultureInfo.InvariantCulture) >= job.DirtyFrom)
                    {
                        task.DirtyRecords.Add(rows, row, "id", "too large", null);
                        continue;
                    }

                    task.Books.AddWritten(1);
                    task.Books.AddBytesOut(10);
                    job.Written.Add(id);
                }
            }

            job.AfterBatch();
            return default;
        }

        public ValueTask FlushAsync(CancellationToken stop) => default;

        public ValueTask DisposeAsync() => default;
    }
}
