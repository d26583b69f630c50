using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Streams;

/// <summary>Generates rows: one slice for each task, all with the same number of rows.</summary>
internal sealed class StreamSource(IReadOnlyList<GeneratedColumn> columns, long rowsPerSlice, int? seed) : ISource
{
    private static readonly Option<long> s_count = Option.Integer("sliceRecordCount", 1, "", 1);

    public static readonly Option<long> SliceRecordCount = new("sliceRecordCount", "integer from 1", 0, (node, _) => s_count.Read(node), "Rows in a slice; there is one slice for each task.")
    {
        IsRequired = true,
        DefaultText = "",
    };

    public static readonly Option<OptionNode?> Column = Option.Node("column", "list of values, or of objects with value or random, type, name",
        "The columns: `{\"value\": \"x\", \"type\": \"string\"}` is the same in each row; `{\"random\": \"1,100\", \"type\": \"long\"}` is random. Types: string, long, int, double, bool, date, bytes.");

    public static readonly Option<long?> Seed = Option.OptionalInteger("seed", "Makes the random values the same in every run.", int.MinValue, int.MaxValue);

    public static IReadOnlyList<IOption> Options { get; } = [SliceRecordCount, Column, Seed];

    public string Name => "stream";

    public Schema? Schema { get; } = new([.. columns.Select(c => c.Field)]);

    public bool IsBounded => true;

    public static StreamSource Create(OptionBag bag)
    {
        var rows = bag.Take(SliceRecordCount);
        var seed = (int?)bag.Take(Seed);
        var node = bag.Take(Column);
        if (node is not { Kind: OptionKind.List, Items.Count: > 0 })
        {
            throw new ConfigException(bag.PlaceOf(Column), $"'column' is {node?.Show() ?? "missing"}; it takes: a {Column.ValueKind}");
        }

        IReadOnlyList<GeneratedColumn> columns = [.. node.Items.Select((c, i) => GeneratedColumn.Read(c, i, bag.Report))];
        bag.RefuseLeftovers();
        return new StreamSource(columns, rows, seed);
    }

    public IEnumerable<string> Explain() => [$"generates {rowsPerSlice} rows in each slice: {Schema}"];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(
        Schema!, [.. Enumerable.Range(1, parallelism).Select(i => new StreamSplit(i, rowsPerSlice))], rowsPerSlice * parallelism));

    public ISplitReader Open(Split split, ReaderContext context) =>
        new StreamSplitReader(columns, rowsPerSlice, seed + ((StreamSplit)split).Number, context);
}

internal sealed class StreamSplit(int number, long rows) : Split($"stream#{number}")
{
    public int Number { get; } = number;

    public override string Describe() => $"{rows} generated rows";
}

/// <summary>Fills batches column by column; allocates nothing per row.</summary>
internal sealed class StreamSplitReader(IReadOnlyList<GeneratedColumn> columns, long rows, int? seed, ReaderContext context) : ISplitReader
{
    private readonly Random _random = seed is { } value ? new Random(value) : new Random();
    private readonly int _longestRow = Math.Max(1, columns.Sum(c => c.MostBytes));
    private readonly RowCuts _cuts = new(context.Cuts);
    private long _done = context.After?.Ordinal ?? 0;

    public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var left = Math.Min(rows, _cuts.Next(_done)) - _done;
        if (left <= 0)
        {
            return ValueTask.FromResult<RowBatch?>(null);
        }

        var batch = context.Pool.Rent();
        batch.Count = (int)Math.Min(left, Math.Clamp(batch.ByteLimit / _longestRow, 1, batch.Capacity));
        for (var i = 0; i < columns.Count; i++)
        {
            batch.ValueBytes += columns[i].Fill(batch.Texts[i], batch.Count, _random);
        }

        _done += batch.Count;
        _cuts.End(batch, _done);
        return ValueTask.FromResult<RowBatch?>(batch);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
