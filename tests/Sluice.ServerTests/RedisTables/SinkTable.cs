using System.Globalization;
using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.ServerTests.RedisTables;

/// <summary>A redis sink table, made as a script would make it, and a task that writes it by hand.</summary>
internal sealed class SinkTable : IAsyncDisposable
{
    private static readonly Place s_place = new("test.sql", 1, 1, "");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"sluice-table-{Guid.NewGuid():N}");
    private readonly DirtyRecordsFile _dirtyFile;
    private readonly TaskContext _task;
    private readonly RowBatchPool _pool;
    private ISinkWriter? _writer;

    /// <param name="columns"><c>k STRING, v BIGINT</c></param>
    /// <param name="primaryKey"><c>k</c> or <c>k, v</c>; empty for none.</param>
    /// <param name="options"><c>'mode'='SET', 'port'='6379'</c>; <c>'(absent)'</c> takes one away that is given here.</param>
    public SinkTable(string columns, string primaryKey, string options, TimeProvider? clock = null, long? dirtyLimit = 0, int batchRows = 4096, TimeZoneInfo? zone = null)
    {
        var definition = Definition(columns, primaryKey);
        var context = new TableContext(1, _folder, clock ?? TimeProvider.System, zone ?? TimeZoneInfo.Utc, new Report(false, Warnings.Add), () => Stream.Null);
        Sink = new RedisPlugin().Table!.Sink!(definition, Options(options, context.Report), context);
        var schema = SchemaOf(definition);
        Sink.Bind(schema);
        _dirtyFile = new DirtyRecordsFile(DirtyPath);
        _task = new TaskContext(Books, Positions, new DirtyRecords(_dirtyFile, new DirtyLimit(dirtyLimit, null), Books), Metrics, context.Report, context.Clock);
        _pool = new RowBatchPool(schema, new BatchSize(batchRows, 1 << 20));
    }

    public ISink Sink { get; }

    public Books Books { get; } = new();

    public Positions Positions { get; } = new();

    public Metrics Metrics { get; } = new();

    public List<string> Warnings { get; } = [];

    /// <summary>The file of dirty records. Reading it ends it.</summary>
    public string[] DirtyLines
    {
        get
        {
            _dirtyFile.Dispose();
            return File.Exists(DirtyPath) ? File.ReadAllLines(DirtyPath) : [];
        }
    }

    private string DirtyPath => Path.Combine(_folder, "dirty.jsonl");

    public (long Read, long Written, long Skipped, long Dirty, long Unknown) Rows => (Books.Read, Books.Written, Books.Skipped, Books.Dirty, Books.Unknown);

    public static TableDefinition Definition(string columns, string primaryKey)
    {
        var parsed = columns.Split(", ").Select(c => c.Split(' ', 2)).Select(p => new TableColumn(p[0], TypeOf(p[1]), s_place));
        return new TableDefinition("sink", s_place, [.. parsed], primaryKey.Length == 0 ? [] : primaryKey.Split(", "), []);
    }

    public static Schema SchemaOf(TableDefinition table) => new([.. table.Columns.Select(c => new Field(c.Name, c.Type))]);

    public static OptionBag Options(string options, Report report)
    {
        var given = options.Split(", ").Select(o => o.Split('=', 2)).ToDictionary(p => p[0].Trim('\''), p => p[1][1..^1]);
        given.TryAdd("connector", "redis");
        given.TryAdd("host", "127.0.0.1");
        var members = given.Where(o => o.Value != "(absent)").Select(o => KeyValuePair.Create(o.Key, OptionNode.Scalar(OptionKind.Text, o.Value, s_place)));
        return new OptionBag(OptionNode.Map([.. members], s_place), report);
    }

    /// <summary>Rows such as <c>+I k v</c>; <c>null</c> is null, <c>''</c> is empty.</summary>
    public RowBatch Batch(params IEnumerable<string> rows) => Batch(_pool, rows);

    public static RowBatch Batch(RowBatchPool pool, IEnumerable<string> rows)
    {
        var batch = pool.Rent();
        foreach (var row in rows)
        {
            var parts = row.Split(' ');
            batch.Grow(batch.Count + 1);
            batch.SetKind(batch.Count, KindOf(parts[0]));
            for (var i = 0; i < batch.Columns.Length; i++)
            {
                Set(batch.Columns[i], batch.Count, parts[i + 1] == "''" ? "" : parts[i + 1]);
            }

            batch.Count++;
        }

        batch.ValueBytes = batch.Heap.Used;
        return batch;
    }

    public async Task OpenAsync()
    {
        Directory.CreateDirectory(_folder);
        await Sink.PrepareAsync(default);
        _writer = Sink.Open(_task);
    }

    public async Task WriteAsync(params IEnumerable<string> rows) => await WriteAsync(Batch(rows));

    public async Task WriteAsync(RowBatch batch, CancellationToken stop = default)
    {
        if (_writer is null)
        {
            await OpenAsync();
        }

        await _writer!.WriteAsync(batch, stop);
    }

    /// <summary>A batch without rows: time passes.</summary>
    public Task TickAsync() => WriteAsync();

    public async Task FlushAsync() => await _writer!.FlushAsync(default);

    /// <summary>Writes rows, and sees them confirmed.</summary>
    public Task ApplyAsync(params IEnumerable<string> rows) => ApplyAsync(Batch(rows));

    public async Task ApplyAsync(RowBatch batch)
    {
        await WriteAsync(batch);
        await FlushAsync();
    }

    public async Task CloseAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            await writer.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _dirtyFile.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    public static RowKind KindOf(string text) => text switch
    {
        "+I" => RowKind.Insert,
        "-U" => RowKind.UpdateBefore,
        "+U" => RowKind.UpdateAfter,
        "-D" => RowKind.Delete,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text),
    };

    private static void Set(Column column, int row, string text)
    {
        if (text == "null")
        {
            column.SetNull(row);
            return;
        }

        switch (column)
        {
            case TextColumn texts:
                texts.Set(row, Encoding.UTF8.GetBytes(text));
                break;
            case ValueColumn<int> ints:
                ints.Set(row, int.Parse(text, CultureInfo.InvariantCulture));
                break;
            case ValueColumn<long> longs:
                longs.Set(row, long.Parse(text, CultureInfo.InvariantCulture));
                break;
            case ValueColumn<double> doubles:
                doubles.Set(row, double.Parse(text, CultureInfo.InvariantCulture));
                break;
            case ValueColumn<float> floats:
                floats.Set(row, float.Parse(text, CultureInfo.InvariantCulture));
                break;
            case ValueColumn<bool> flags:
                flags.Set(row, bool.Parse(text));
                break;
            case ValueColumn<Timestamp> moments:
                moments.Set(row, new Timestamp(long.Parse(text, CultureInfo.InvariantCulture)));
                break;
            case ValueColumn<SqlDecimal> { } decimals:
                decimals.Set(row, new SqlDecimal(Int128.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), text.Length - 1 - text.IndexOf('.', StringComparison.Ordinal)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(column));
        }
    }

    private static SqlType TypeOf(string name) => name switch
    {
        "STRING" => SqlType.String,
        "BYTES" => SqlType.Bytes,
        "BOOLEAN" => SqlType.Boolean,
        "TINYINT" => SqlType.TinyInt,
        "SMALLINT" => SqlType.SmallInt,
        "INT" => SqlType.Int,
        "BIGINT" => SqlType.BigInt,
        "FLOAT" => SqlType.Float,
        "DOUBLE" => SqlType.Double,
        "DECIMAL" => SqlType.Decimal(10, 2),
        "DATE" => SqlType.Date,
        "TIME" => SqlType.Time(),
        "TIMESTAMP" => SqlType.Timestamp(3),
        "TIMESTAMP_LTZ" => SqlType.TimestampLtz(3),
        "ARRAY" => SqlType.Array(SqlType.Int),
        "TEXTS" => SqlType.Array(SqlType.String),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    };
}
