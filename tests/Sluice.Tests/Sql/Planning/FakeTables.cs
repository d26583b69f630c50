using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Sql.Planning;

/// <summary>A connector whose rows stand in the script, and that keeps what is written to it: <c>'rows' = '1|a;2|NULL'</c>, all readable columns
/// in order; a row may begin with what it does: <c>-D:1|a</c>.</summary>
internal sealed class FakeTables(string name, bool reads = true, bool writes = true, bool isUpsert = false) : IConnectorPlugin
{
    private static readonly Option<string?> s_rows = Option.Text("rows", "", "Rows.");
    private static readonly Option<bool> s_endless = Option.Boolean("endless", false, "Whether the source goes on without rows.");
    private static readonly Option<bool> s_changes = Option.Boolean("changes", false, "Whether rows may be changes.");
    private static readonly Option<string?> s_password = Option.Secret("password", "A secret.");
    private static readonly Option<long> s_number = Option.Integer("number", 1, "A number.", 1, 9);

    /// <summary>Each source that was made: the table and the columns it was asked for.</summary>
    public List<string> Reads { get; } = [];

    public List<TableDefinition> Definitions { get; } = [];

    public List<TableContext> Contexts { get; } = [];

    /// <summary>The rows that reached each table, with what they do where it is no insert.</summary>
    public Dictionary<string, List<string>> Written { get; } = new(StringComparer.Ordinal);

    public string Name => name;

    public IReadOnlyList<string> Aliases => [];

    public string Summary => "A fake.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => new([s_rows, s_endless, s_changes, s_password, s_number])
    {
        Source = reads ? MakeSource : null,
        Sink = writes ? MakeSink : null,
        IsUpsert = isUpsert,
    };

    private FakeTableSource MakeSource(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context)
    {
        var source = new FakeTableSource(table, columns, bag.Take(s_rows)!, bag.Take(s_endless), bag.Take(s_changes));
        TakeRest(bag);
        Definitions.Add(table);
        Contexts.Add(context);
        Reads.Add($"{table.Name}({string.Join(", ", columns.Select(c => table.Columns[c].Name))})");
        return source;
    }

    private FakeTableSink MakeSink(TableDefinition table, OptionBag bag, TableContext context)
    {
        TakeRest(bag);
        Contexts.Add(context);
        if (!Written.TryGetValue(table.Name, out var rows))
        {
            Written[table.Name] = rows = [];
        }

        return new FakeTableSink(table.Name, rows);
    }

    private void TakeRest(OptionBag bag)
    {
        _ = bag.Take(s_password);
        _ = bag.Take(s_number);
        bag.RefuseUnknown(name, Table!.Options);
    }
}

internal sealed class FakeTableSource(TableDefinition table, IReadOnlyList<int> columns, string rows, bool endless, bool changes) : ITableSource
{
    private static readonly string[] s_kinds = ["+I:", "-U:", "+U:", "-D:"];

    public string Name => $"fake {table.Name}";

    public Schema Schema { get; } = new([.. columns.Select(c => new Field(table.Columns[c].Name, table.Columns[c].Type))]);

    public bool IsBounded => !endless;

    public bool HasChangelog => changes;

    public IEnumerable<string> Explain() => [];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop) => Task.FromResult(new SourcePlan(Schema, [new Split(table.Name)]));

    public ISplitReader Open(Split split, ReaderContext context) => new Reader(this, context.Pool);

    private sealed class Reader(FakeTableSource source, RowBatchPool pool) : ISplitReader
    {
        private int _next;

        public async ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            var rows = source.Rows;
            if (_next == rows.Length)
            {
                if (source.IsBounded)
                {
                    return null;
                }

                await Task.Delay(10, stop);
            }

            // Two rows at a time, so that there are several batches.
            var batch = pool.Rent();
            for (var i = 0; i < 2 && _next < rows.Length; i++)
            {
                source.Write(rows[_next++], batch);
            }

            batch.End = new Position(_next);
            return batch;
        }

        public ValueTask DisposeAsync() => default;
    }

    private string[] Rows => rows.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private void Write(string row, RowBatch batch)
    {
        var kind = Math.Max(0, Array.FindIndex(s_kinds, k => row.StartsWith(k, StringComparison.Ordinal)));
        var cells = (s_kinds.Any(k => row.StartsWith(k, StringComparison.Ordinal)) ? row[3..] : row).Split('|');
        for (var i = 0; i < columns.Count; i++)
        {
            Set(batch.Columns[i], batch.Count, table.Columns[columns[i]].Type, cells[columns[i]]);
        }

        batch.SetKind(batch.Count, (RowKind)kind);
        batch.Count++;
    }

    private static void Set(Column column, int row, SqlType type, string cell)
    {
        var text = Encoding.UTF8.GetBytes(cell);
        switch (column)
        {
            case var _ when cell == "NULL":
                column.SetNull(row);
                break;
            case TextColumn texts:
                texts.Set(row, text);
                break;
            case ValueColumn<int> numbers when TextParser.TryParseInt(text, out var value):
                numbers.Set(row, value);
                break;
            case ValueColumn<long> numbers when TextParser.TryParseBigInt(text, out var value):
                numbers.Set(row, value);
                break;
            case ValueColumn<double> numbers when TextParser.TryParseDouble(text, out var value):
                numbers.Set(row, value);
                break;
            case ValueColumn<Timestamp> moments when TextParser.TryParseTimestamp(text, type.Precision, out var value):
                moments.Set(row, value);
                break;
            case ArrayColumn array:
                array.Begin(row);
                foreach (var element in cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var at = array.Add(row);
                    Set(array.Elements, at, type.Element!, element);
                }

                break;
            default:
                throw new InvalidOperationException($"the fake cannot read '{cell}' as {type}");
        }
    }
}

/// <summary>Bound to a column called <c>refused</c> it refuses it.</summary>
internal sealed class FakeTableSink(string table, List<string> written) : ISink
{
    public string Name => $"fake {table}";

    public BatchSize BatchSize => BatchSize.Of(100);

    public void Bind(Schema schema)
    {
        if (schema.Fields.Any(f => f.Name == "refused"))
        {
            throw new ConfigException("the sink refuses these columns");
        }
    }

    public IEnumerable<string> Explain(Schema? schema) => [];

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public ISinkWriter Open(TaskContext task) => new Writer(written, task);

    public IEnumerable<string> Render(RowBatch rows, int row) => [];

    private sealed class Writer(List<string> written, TaskContext task) : ISinkWriter
    {
        private static readonly string[] s_kinds = ["", "-U:", "+U:", "-D:"];

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                task.Books.AddRead(rows.Count, rows.ValueBytes);
                for (var row = 0; row < rows.Count; row++)
                {
                    var cells = rows.Columns.Select((c, i) => TextForm.Of(c, row, rows.Schema[i].Sql) ?? "NULL");
                    lock (written)
                    {
                        written.Add(s_kinds[(int)rows.KindOf(row)] + string.Join('|', cells));
                    }
                }

                task.Books.AddWritten(rows.Count);
                rows.Confirm(task.Positions);
            }

            return default;
        }

        public ValueTask FlushAsync(CancellationToken stop) => default;

        public ValueTask DisposeAsync() => default;
    }
}
