using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Lookup;

/// <summary>A join between hands: batches of (id, key) go in, rows (id, key, v, k) come out, where v is the table's text and k its key. The
/// split's position after each batch is the number of rows given so far.</summary>
internal sealed class JoinLab : ISinkWriter
{
    public static readonly Split Split = new("s");

    private static readonly Schema s_input = new([new Field("id", SqlType.BigInt), new Field("key", SqlType.String)]);

    private readonly RowBatchPool _pool = new(s_input, BatchSize.Of(64));
    private readonly HashSet<RowBatch> _given = [];
    private readonly LookupJoin _join;
    private readonly DirtyRecordsFile _dirty = new("never-made.jsonl");
    private readonly bool _isLeft;
    private readonly HashSet<long> _seen = [];
    private ISinkWriter? _writer;
    private long _firstUnseen;
    private long _rows;

    public JoinLab(FakeLookup lookup, bool left = false, TimeProvider? clock = null)
    {
        (Lookup, Table) = (lookup, new LookupTable("d", lookup));
        var books = new Books();
        Task = new TaskContext(books, new Positions(), new DirtyRecords(_dirty, new DirtyLimit(0, null), books), new Metrics(), new Report(false, Warnings.Add), clock ?? TimeProvider.System);
        _isLeft = left;
        _join = new LookupJoin(s_input, [1], [new LookupColumn("v", SqlType.String, 0), new LookupColumn("k", SqlType.String, -1, 1)], left, Table);
    }

    public FakeLookup Lookup { get; }

    public LookupTable Table { get; }

    public TaskContext Task { get; }

    public List<string> Warnings { get; } = [];

    /// <summary>What came out: id, key, value, the table's key; null is <c>-</c>.</summary>
    public List<string> Rows { get; } = [];

    /// <summary>The ids of the rows.</summary>
    public List<long> Ids { get; } = [];

    /// <summary>Rows in each batch that came out.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>What each batch that came out says of itself: rows, whose, positions, and <c>open</c>.</summary>
    public List<string> Ends { get; } = [];

    /// <summary>How many rows had come out when the drain did.</summary>
    public int? DrainedAt { get; private set; }

    public int Flushes { get; private set; }

    public bool IsDisposed { get; private set; }

    public int? FailsAt { get; set; }

    /// <summary>Called with the id and the value of each row.</summary>
    public Action<long, string?>? Seen { get; set; }

    public LookupJoin Join => _join;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async Task<JoinLab> OpenAsync()
    {
        await _join.PrepareAsync(Task, Test);
        _writer = _join.Open(Task, this);
        return this;
    }

    /// <summary>A batch of keys; null is a null key. The ids count on.</summary>
    public RowBatch Batch(params string?[] keys)
    {
        var batch = _pool.Rent();
        _given.Add(batch);
        foreach (var key in keys)
        {
            ((ValueColumn<long>)batch.Columns[0]).Set(batch.Count, _rows++);
            var texts = (TextColumn)batch.Columns[1];
            if (key is null)
            {
                texts.SetNull(batch.Count++);
            }
            else
            {
                texts.Set(batch.Count++, Encoding.UTF8.GetBytes(key));
            }
        }

        (batch.Split, batch.End) = (Split, new Position(_rows));
        batch.ValueBytes = keys.Length * 10;
        return batch;
    }

    public ValueTask GiveAsync(params string?[] keys) => GiveAsync(Batch(keys), Test);

    public ValueTask GiveAsync(RowBatch batch, CancellationToken stop) => _writer!.WriteAsync(batch, stop);

    public ValueTask FlushJoinAsync(CancellationToken? stop = null) => _writer!.FlushAsync(stop ?? Test);

    /// <summary>Ends the join, and sees that no batch is left with anybody.</summary>
    public async Task CloseAsync()
    {
        await _writer!.DisposeAsync();
        await _join.CloseAsync();
        Assert.True(IsDisposed);
        Assert.Equal(0, Lookup.OpenReaders);
        var free = new List<RowBatch>();
        foreach (var _ in _given)
        {
            free.Add(_pool.Rent());
        }

        Assert.Equal(free.Count, free.Distinct().Count());
        Assert.Equal(_given, free.ToHashSet());
        _dirty.Dispose();
    }

    public double Figure(string name) => Task.Metrics.Snapshot()[$"lookup.d.{name}"];

    /// <summary>What has come out, with values alone.</summary>
    public string Values() => string.Join(" ", Rows.Select(r => r.Split(',')[2]));

    async ValueTask ISinkWriter.WriteAsync(RowBatch rows, CancellationToken stop)
    {
        using (rows)
        {
            await System.Threading.Tasks.Task.Yield();
            if (FailsAt is { } last && Rows.Count + rows.Count > last)
            {
                throw new InvalidOperationException("the sink is full");
            }

            for (var row = 0; row < rows.Count; row++)
            {
                var id = ((ValueColumn<long>)rows.Columns[0]).Values[row];
                string?[] texts = [.. rows.Columns.Skip(1).Select(c => c.IsNull(row) ? null : Encoding.UTF8.GetString(((TextColumn)c)[row]))];
                Seen?.Invoke(id, texts[1]);
                Ids.Add(id);
                Assert.True(_seen.Add(id), $"row {id} came twice");
                Rows.Add($"{id},{string.Join(",", texts.Select(t => t ?? "-"))}");
            }

            rows.Confirm(Task.Positions);
            Batches.Add(rows.Count);
            SplitPosition[] ends = rows.Ends.Count > 0 ? [.. rows.Ends] : ReferenceEquals(rows.Split, Split.None) ? [] : [new(rows.Split, rows.End)];
            Ends.Add(string.Join(' ', [$"{rows.Count}", $"of {rows.Split.Id}:", .. ends.Select(e => $"{e.Split.Id}@{e.Position}"), .. rows.IsOpen ? ["open"] : Array.Empty<string>()]));
            while (_seen.Contains(_firstUnseen))
            {
                _firstUnseen++;
            }

            // Where no row is dropped, a position covers rows that are there, and no others.
            Assert.True(!_isLeft || (Task.Positions.Of(Split)?.Ordinal ?? 0) <= _firstUnseen);
            if (rows.Drain)
            {
                Assert.Null(DrainedAt);
                DrainedAt = Rows.Count;
            }
        }
    }

    ValueTask ISinkWriter.FlushAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Flushes++;
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
