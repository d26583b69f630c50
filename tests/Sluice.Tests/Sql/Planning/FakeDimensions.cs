using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Sql.Planning;

/// <summary>A connector whose tables are looked up; their rows stand in the script, all readable columns in order, the texts of their keys
/// as they are looked up: <c>'rows' = '1|a;2|NULL'</c>. A row with a value BROKEN cannot be read.</summary>
internal sealed class FakeDimensions : IConnectorPlugin
{
    private static readonly Option<string?> s_rows = Option.Text("rows", "", "Rows.");
    private static readonly Option<bool> s_async = Option.Boolean("async", false, "Whether rows may overtake one another.");

    /// <summary>Each dimension table that was made: its name and the columns it was asked for.</summary>
    public List<string> Made { get; } = [];

    /// <summary>The value of 'async' of each.</summary>
    public List<bool> Async { get; } = [];

    public List<TableContext> Contexts { get; } = [];

    /// <summary>Every key that was asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public string Name => "dim";

    public IReadOnlyList<string> Aliases => [];

    public string Summary => "A fake.";

    public SourceFactory? Source => null;

    public SinkFactory? Sink => null;

    public TableFactory? Table => new([s_rows, s_async]) { Lookup = Make };

    private FakeLookup Make(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context)
    {
        var rows = bag.Take(s_rows)!;
        Async.Add(bag.Take(s_async));
        bag.RefuseUnknown(Name, Table!.Options);
        Contexts.Add(context);
        Made.Add($"{table.Name}({string.Join(", ", columns.Select(c => table.Columns[c].Name))})");
        return new FakeLookup(table, columns, rows, Asked);
    }
}

internal sealed class FakeLookup : ILookup
{
    private readonly Dictionary<string, string[]> _rows = [];
    private readonly IReadOnlyList<int> _columns;
    private readonly List<string> _asked;
    private readonly bool _hasTwo;

    public FakeLookup(TableDefinition table, IReadOnlyList<int> columns, string rows, List<string> asked)
    {
        (_columns, _asked, _hasTwo) = (columns, asked, table.PrimaryKey.Count == 2);
        Layout = new RecordLayout(new Schema([.. columns.Select(c => new Field(table.Columns[c].Name, table.Columns[c].Type))]));
        foreach (var row in rows.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('|')))
        {
            _rows[string.Join('+', table.PrimaryKey.Select(k => row[table.IndexOf(k)]))] = row;
        }
    }

    public string Name => "fake";

    public RecordLayout Layout { get; }

    public LookupSettings Settings { get; } = new();

    public IEnumerable<string> Explain() => [$"fetches {string.Join(", ", Layout.Schema.Fields.Select(f => f.Name))}"];

    public Task PrepareAsync(TaskContext task, CancellationToken stop) => Task.CompletedTask;

    public ILookupReader Open(TaskContext task, IInvalidations? invalidations) => new Reader(this);

    public Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop) => throw new InvalidOperationException("the fake is not loaded whole");

    private sealed class Reader(FakeLookup table) : ILookupReader
    {
        public Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop)
        {
            found.Reset(keys.Count);
            for (var i = 0; i < keys.Count; i++)
            {
                var key = table.KeyOf(keys[i]);
                lock (table._asked)
                {
                    table._asked.Add(key);
                }

                if (table._rows.TryGetValue(key, out var row))
                {
                    if (row.Contains("BROKEN"))
                    {
                        throw new DataException($"table 'fake': the row of '{key}' is broken") { Key = i };
                    }

                    found.Begin(i);
                    table.Write(row, found.Heap);
                    found.End(i);
                }
            }

            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => default;
    }

    private string KeyOf(ReadOnlySpan<byte> key)
    {
        if (!_hasTwo)
        {
            return Encoding.UTF8.GetString(key);
        }

        KeyBatch.Part(key, out var first, out var second);
        return Encoding.UTF8.GetString(first) + "+" + Encoding.UTF8.GetString(second);
    }

    private void Write(string[] row, ByteHeap heap)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            var text = Encoding.UTF8.GetBytes(row[_columns[i]]);
            switch (Layout.Schema[i].Sql!.Storage)
            {
                case var _ when row[_columns[i]] == "NULL":
                    Layout.AppendNull(heap, i);
                    break;
                case Storage.Text:
                    RecordLayout.AppendText(heap, text);
                    break;
                case Storage.Int when TextParser.TryParseInt(text, out var number):
                    RecordLayout.AppendValue(heap, number);
                    break;
                default:
                    throw new InvalidOperationException($"the fake has no {Layout.Schema[i].Sql}");
            }
        }
    }
}
