using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Cli.Output;

/// <summary>Prints the rows of a bare SELECT as a table. The widths are those of the rows that come first: all of a short result,
/// or what came until the source paused or the first thousand; later, wider values push their line to the right.</summary>
/// <param name="json">A JSON object for each row instead.</param>
internal sealed class SelectSink(TextWriter to, TimeZoneInfo zone, bool json) : ISink
{
    private const int RowsToMeasure = 1000;
    private const int WidestMeasured = 60;

    private static readonly Place s_place = new("SELECT", 0, 0, "");

    private readonly Lock _gate = new();
    private readonly List<string[]> _waiting = [];
    private Schema _schema = new([]);
    private int[]? _widths;
    private long _rows;
    private Engine.Formats.Encoder? _encoder;

    /// <summary>Whether a first column says what each row does; where no row can be anything but an insert, it need not.</summary>
    public bool ShowsKinds { get; set; }

    public string Name => "standard output";

    public BatchSize BatchSize => BatchSize.Of(BatchSize.MaxRows);

    public void Bind(Schema schema)
    {
        _schema = schema;
        if (json)
        {
            var columns = schema.Fields.Select((f, i) => new FormatColumn(f.Name, f.Sql ?? SqlType.String, i)).ToList();
            var none = new OptionBag(OptionNode.Map([], s_place), new Report(strict: false, _ => { }));
            _encoder = BuiltInFormats.All.Single(f => f.Name == "json").Writing(new FormatContext(columns, none, s_place, zone))!();
        }
    }

    public IEnumerable<string> Explain(Schema? schema) => ["prints the rows as a table"];

    public Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    public ISinkWriter Open(TaskContext task) => new Writer(this, task);

    public IEnumerable<string> Render(RowBatch rows, int row) => [string.Join(" | ", CellsOf(rows, row, new ByteHeap(64)))];

    private void Take(RowBatch rows)
    {
        var heap = new ByteHeap(256);
        lock (_gate)
        {
            try
            {
                for (var row = 0; row < rows.Count; row++)
                {
                    heap.Clear();
                    if (_encoder is not null)
                    {
                        PrintJson(_encoder, rows, row, heap);
                        continue;
                    }

                    _waiting.Add(CellsOf(rows, row, heap));
                }

                if ((rows.Count == 0 && _waiting.Count > 0) || _waiting.Count >= RowsToMeasure || _widths is not null)
                {
                    Print();
                }

                if (rows.Count == 0)
                {
                    to.Flush();
                }
            }
            catch (IOException e)
            {
                throw new EndpointException(Name, $"cannot be written: {e.Message}", e);
            }
        }
    }

    /// <summary>After the last row: prints what waits, and how many there were.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            if (json)
            {
                return;
            }

            try
            {
                Print();
                to.WriteLine(_rows == 1 ? "(1 row)" : $"({_rows} rows)");
                to.Flush();
            }
            catch (IOException e)
            {
                throw new EndpointException(Name, $"cannot be written: {e.Message}", e);
            }
        }
    }

    private void Print()
    {
        if (_widths is null)
        {
            var names = Names();
            _widths = [.. names.Select((name, i) => Math.Min(WidestMeasured, Math.Max(WidthOf(name), _waiting.Select(r => WidthOf(r[i])).DefaultIfEmpty().Max())))];
            Line(names);
            to.WriteLine(string.Join("-+-", _widths.Select(w => new string('-', w))));
        }

        foreach (var row in _waiting)
        {
            Line(row);
        }

        _rows += _waiting.Count;
        _waiting.Clear();
    }

    private void PrintJson(Engine.Formats.Encoder encoder, RowBatch rows, int row, ByteHeap heap)
    {
        encoder.Encode(rows, row, heap);
        var line = Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
        to.WriteLine(ShowsKinds ? $"{{\"op\":\"{KindOf(rows, row)}\"{(_schema.Count == 0 ? "" : ",")}{line[1..]}" : line);
    }

    private static string KindOf(RowBatch rows, int row) =>
        rows.KindOf(row) switch { RowKind.Insert => "+I", RowKind.UpdateBefore => "-U", RowKind.UpdateAfter => "+U", _ => "-D" };

    private string[] Names() => [.. ShowsKinds ? (string[])["op"] : [], .. _schema.Fields.Select(f => f.Name)];

    private void Line(string[] cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : " | ");
            var padding = new string(' ', Math.Max(0, _widths![i] - WidthOf(cells[i])));
            var field = i - (ShowsKinds ? 1 : 0);
            var right = field >= 0 && _schema[field].Sql is { IsNumeric: true };
            line.Append(right ? padding + cells[i] : i == cells.Length - 1 ? cells[i] : cells[i] + padding);
        }

        to.WriteLine(line);
    }

    private string[] CellsOf(RowBatch rows, int row, ByteHeap heap)
    {
        var cells = new List<string>(rows.Columns.Length + 1);
        if (ShowsKinds)
        {
            cells.Add(KindOf(rows, row));
        }

        for (var i = 0; i < rows.Columns.Length; i++)
        {
            var start = heap.Used;
            if (rows.Columns[i].IsNull(row))
            {
                cells.Add("<NULL>");
                continue;
            }

            TextForm.Append(rows.Columns[i], row, _schema[i].Sql, heap, zone);
            cells.Add(Printable(Encoding.UTF8.GetString(heap.Bytes.AsSpan(start, heap.Used - start))));
        }

        return [.. cells];
    }

    /// <summary>What would move the cursor is shown by its number: a value must not draw on the terminal.</summary>
    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var c in text)
        {
            shown.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(c) => $"\\u{(int)c:x4}", _ => c.ToString() });
        }

        return shown.ToString();
    }

    /// <summary>Columns on a terminal: East Asian characters take two.</summary>
    private static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
        }

        return width;
    }

    private sealed class Writer(SelectSink sink, TaskContext task) : ISinkWriter
    {
        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                task.Books.AddRead(rows.Count, rows.ValueBytes);
                try
                {
                    sink.Take(rows);
                }
                catch
                {
                    // Nobody knows how much of it was taken.
                    task.Books.AddUnknown(rows.Count);
                    throw;
                }

                task.Books.AddWritten(rows.Count);
                rows.Confirm(task.Positions);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
