using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Datagen;

/// <summary>Generates rows: one split for each task. Sequences go on from split to split without gap or overlap.</summary>
internal sealed class DatagenSource : ITableSource
{
    /// <summary>What one row may take at most.</summary>
    private const long MostRowBytes = 1 << 28;

    private readonly Generator[] _generators;
    private readonly long? _rows;
    private readonly long _rowsPerSecond;
    private readonly long? _parallelism;
    private readonly TableContext _context;

    private DatagenSource(Schema schema, Generator[] generators, long? rows, long rowsPerSecond, long? parallelism, TableContext context) =>
        (Schema, _generators, _rows, _rowsPerSecond, _parallelism, _context) = (schema, generators, rows, rowsPerSecond, parallelism, context);

    public string Name => "datagen";

    public Schema Schema { get; }

    public bool IsBounded => _rows is not null;

    public bool HasChangelog => false;

    /// <summary>Takes the options of all columns: also a sequence that nobody reads ends the table.</summary>
    public static DatagenSource Create(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context)
    {
        var rowsPerSecond = bag.Take(DatagenOptions.RowsPerSecond);
        var rows = bag.Take(DatagenOptions.NumberOfRows);
        var parallelism = bag.Take(DatagenOptions.Parallelism);
        var all = table.Columns.Select(c => Make(c, bag)).ToArray();
        bag.RefuseUnknown("datagen", []);
        foreach (var sequence in all)
        {
            rows = sequence.Rows is { } end ? Math.Min(rows ?? long.MaxValue, end) : rows;
        }

        Generator[] read = [.. columns.Select(i => all[i])];
        if (read.Sum(g => g.MostBytes) is > MostRowBytes and var most)
        {
            throw new ConfigException(table.Place, $"a row of {table.Name} would take up to {most} bytes; make its texts and collections shorter, so that it is at most {MostRowBytes}");
        }

        var schema = new Schema([.. columns.Select(i => new Field(table.Columns[i].Name, table.Columns[i].Type))]);
        return new DatagenSource(schema, read, rows, rowsPerSecond, parallelism, context);
    }

    public IEnumerable<string> Explain() =>
        [(_rows is null ? "generates rows without end" : $"generates {_rows} rows") + $", {_rowsPerSecond} per second: {Schema}"];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop)
    {
        var count = Math.Clamp(_parallelism ?? parallelism, 1, Math.Min(parallelism, Math.Max(1, _rows ?? long.MaxValue)));
        var splits = new List<Split>();
        for (var i = 0; i < count; i++)
        {
            var first = _rows is { } rows ? (long)((Int128)rows * i / count) : 0;
            var end = _rows is { } all ? (long)((Int128)all * (i + 1) / count) : long.MaxValue;
            splits.Add(new DatagenSplit(i + 1, first, end - first, (double)_rowsPerSecond / count));
        }

        return Task.FromResult(new SourcePlan(Schema, splits, _rows));
    }

    public ISplitReader Open(Split split, ReaderContext context) =>
        new DatagenReader((DatagenSplit)split, _generators, context, _context.Clock, _context.TimeZone);

    private static Generator Make(TableColumn column, OptionBag bag) => column.MetadataKey is null
        ? new Generators(bag, column.Place).Column(column.Name, column.Type)
        : throw new ConfigException(column.Place, $"datagen has no metadata column '{column.MetadataKey}'; leave METADATA away, or compute the column: {column.Name} AS ...");
}

/// <summary>A part of the rows.</summary>
/// <param name="first">The number of its first row in the whole table, from 0.</param>
internal sealed class DatagenSplit(int number, long first, long rows, double rowsPerSecond) : Split($"datagen#{number}")
{
    public long First => first;

    public long Rows => rows;

    public double RowsPerSecond => rowsPerSecond;

    public override string Describe() => rows == long.MaxValue ? "generated rows" : $"{rows} generated rows";
}
