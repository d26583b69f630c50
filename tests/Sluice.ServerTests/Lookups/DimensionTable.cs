using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.RedisTables;

namespace Sluice.ServerTests.Lookups;

/// <summary>A redis dimension table, made as a script would make it, and asked by hand.</summary>
internal sealed class DimensionTable : IAsyncDisposable
{
    private readonly TaskContext _task;
    private readonly RowBatchPool _pool;
    private ILookupReader? _reader;

    /// <param name="columns"><c>k STRING, v BIGINT</c></param>
    /// <param name="asked">The columns that are wanted, in that order; null: all beside the key.</param>
    public DimensionTable(string columns, string primaryKey, string options, string? asked = null, TimeZoneInfo? zone = null)
    {
        var definition = SinkTable.Definition(columns, primaryKey);
        var report = new Report(false, Warnings.Add);
        var context = new TableContext(1, ".", TimeProvider.System, zone ?? TimeZoneInfo.Utc, report, () => Stream.Null);
        int[] indexes = asked is null
            ? [.. Enumerable.Range(0, definition.Columns.Count).Where(i => !definition.PrimaryKey.Contains(definition.Columns[i].Name))]
            : [.. asked.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(definition.IndexOf)];
        Lookup = new RedisPlugin().Table!.Lookup!(definition, indexes, SinkTable.Options(options, report), context);
        _task = new TaskContext(Books, new Positions(), null!, new Metrics(), report, context.Clock);
        _pool = new RowBatchPool(Lookup.Layout.Schema, BatchSize.Of(1));
    }

    public ILookup Lookup { get; }

    public Books Books { get; } = new();

    public List<string> Warnings { get; } = [];

    public IInvalidations? Invalidations { get; init; }

    public ILookupReader Reader => _reader ??= Lookup.Open(_task, Invalidations);

    public Task LoadAsync(ITableLoad into) => Lookup.LoadAsync(_task, into, default);

    public Task PrepareAsync() => Lookup.PrepareAsync(_task, default);

    public static KeyBatch Keys(params IEnumerable<string> keys)
    {
        var batch = new KeyBatch();
        foreach (var key in keys)
        {
            batch.Add(Encoding.UTF8.GetBytes(key));
        }

        return batch;
    }

    public static KeyBatch Pairs(params (string First, string Second)[] pairs)
    {
        var batch = new KeyBatch();
        var heap = new ByteHeap(256);
        foreach (var (first, second) in pairs)
        {
            heap.Clear();
            KeyBatch.Pair(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second), heap);
            batch.Add(heap.Bytes.AsSpan(0, heap.Used));
        }

        return batch;
    }

    /// <summary>The rows of some keys: their columns with <c>|</c> between, null as <c>null</c>; <c>-</c> where there is no row.</summary>
    public Task<string[]> FindAsync(params IEnumerable<string> keys) => FindAsync(Keys(keys));

    public async Task<string[]> FindAsync(KeyBatch keys, CancellationToken stop = default)
    {
        var found = new FoundRows();
        await Reader.ReadAsync(keys, found, stop);
        return [.. Enumerable.Range(0, keys.Count).Select(i => found.Has(i) ? Show(found[i]) : "-")];
    }

    /// <summary>A record as <see cref="FindAsync(IEnumerable{string})"/> shows it.</summary>
    public string Show(ReadOnlySpan<byte> record)
    {
        using var row = _pool.Rent();
        row.Grow(1);
        Lookup.Layout.CopyTo(record, row.Columns, 0);
        row.Count = 1;
        return string.Join('|', row.Columns.Select((c, i) => TextForm.Of(c, 0, Lookup.Layout.Schema[i].Sql, TimeZoneInfo.Utc) ?? "null"));
    }

    public async Task CloseAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
