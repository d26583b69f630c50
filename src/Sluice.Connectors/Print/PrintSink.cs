using System.Globalization;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Print;

/// <summary>Prints rows as Flink's print connector does: <c>+I[1, a, null]</c>, behind the identifier and, with several tasks, the
/// number of the task.</summary>
internal sealed class PrintSink(string identifier, int tasks, string outputName, Func<Stream> open) : ISink
{
    public static readonly Option<string?> Identifier = Option.Text("print-identifier", null, "Stands before each line, with `> ` after it.");
    public static readonly Option<bool> StandardError = Option.Boolean("standard-error", false, "Whether rows are printed to standard error instead of standard output.");
    public static readonly Option<long?> Parallelism = Option.OptionalInteger("sink.parallelism", "How many tasks the lines tell apart, where there is more than one; without it as many as the job has.", 1, int.MaxValue);

    /// <summary>Several tables may print to the same output.</summary>
    private static readonly Lock s_gate = new();

    private Stream? _output;
    private PrintForm[] _columns = [];
    private int _opened;

    public static IReadOnlyList<IOption> Options { get; } = [Identifier, StandardError, Parallelism];

    public string Name => outputName;

    public BatchSize BatchSize { get; } = BatchSize.Of(BatchSize.MaxRows);

    public static PrintSink Create(OptionBag bag, int parallelism, Func<Stream> output, Func<Stream> error)
    {
        var identifier = bag.Take(Identifier) ?? "";
        var toError = bag.Take(StandardError);
        var tasks = (int)(bag.Take(Parallelism) ?? parallelism);
        bag.RefuseUnknown("print", Options);
        return new PrintSink(identifier, tasks, toError ? "standard error" : "standard output", toError ? error : output);
    }

    public void Bind(Schema schema) => _columns = [.. schema.Fields.Select(f => PrintForm.Of(f.Sql))];

    public IEnumerable<string> Explain(Schema? schema) => [$"prints one line per row to {outputName}"];

    public Task PrepareAsync(CancellationToken stop)
    {
        _output = open();
        return Task.CompletedTask;
    }

    public ISinkWriter Open(TaskContext task) => new PrintWriter(this, task, Prefix((Interlocked.Increment(ref _opened) - 1) % tasks));

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var line = new ByteHeap(256);
        line.Append(Prefix(0));
        Format(rows, row, line);
        return [Encoding.UTF8.GetString(line.Bytes, 0, line.Used)];
    }

    internal void Write(ReadOnlySpan<byte> lines)
    {
        lock (s_gate)
        {
            _output!.Write(lines);
            _output.Flush();
        }
    }

    internal void Format(RowBatch rows, int row, ByteHeap line)
    {
        line.Append(PrintForm.KindOf(rows.KindOf(row)));
        line.Append("["u8);
        for (var i = 0; i < _columns.Length; i++)
        {
            if (i > 0)
            {
                line.Append(", "u8);
            }

            _columns[i].Append(rows.Columns[i], row, line);
        }

        line.Append("]"u8);
    }

    internal EndpointException Broken(Exception e) => new(outputName, $"cannot be written: {e.Message}", e);

    private byte[] Prefix(int task)
    {
        var number = tasks > 1 ? (task + 1).ToString(CultureInfo.InvariantCulture) : "";
        var prefix = identifier.Length > 0 && number.Length > 0 ? $"{identifier}:{number}" : identifier + number;
        return Encoding.UTF8.GetBytes(prefix.Length == 0 ? "" : prefix + "> ");
    }
}

/// <summary>Writes the lines of a batch at once, so that they stay together.</summary>
internal sealed class PrintWriter(PrintSink sink, TaskContext task, byte[] prefix) : ISinkWriter
{
    private readonly ByteHeap _lines = new(1 << 16);

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        using (rows)
        {
            task.Books.AddRead(rows.Count, rows.ValueBytes);
            if (rows.Count > 0)
            {
                Print(rows);
            }

            task.Books.AddWritten(rows.Count);
            rows.Confirm(task.Positions);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Print(RowBatch rows)
    {
        _lines.Clear();
        for (var row = 0; row < rows.Count; row++)
        {
            _lines.Append(prefix);
            sink.Format(rows, row, _lines);
            _lines.Append("\n"u8);
        }

        try
        {
            sink.Write(_lines.Bytes.AsSpan(0, _lines.Used));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Nobody knows how much of it was taken.
            task.Books.AddUnknown(rows.Count);
            throw sink.Broken(e);
        }

        task.Books.AddBytesOut(_lines.Used);
    }
}
