using System.Buffers;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Streams;

/// <summary>Prints each row as a line, or discards it. All tasks share the output; the lines of a batch stay together.</summary>
/// <param name="open">Opens the output; null discards.</param>
internal sealed class StreamSink(byte[] delimiter, Func<Stream>? open) : ISink
{
    public static readonly Option<bool> Print = Option.Boolean("print", true, "Whether rows are printed to standard output; if not, they are discarded.");
    public static readonly Option<string?> FieldDelimiter = Option.Text("fieldDelimiter", "\t", "What stands between the columns.");
    public static readonly Option<string?> Encoding = Option.Text("encoding", null, "Accepted and without effect: bytes are printed as they are.");

    private readonly Lock _gate = new();
    private Stream? _output;

    public static IReadOnlyList<IOption> Options { get; } = [Print, FieldDelimiter, Encoding];

    public string Name => open is null ? "nowhere" : "standard output";

    public BatchSize BatchSize { get; } = BatchSize.Of(BatchSize.MaxRows);

    public static StreamSink Create(OptionBag bag, Func<Stream> open)
    {
        var print = bag.Take(Print);
        var delimiter = System.Text.Encoding.UTF8.GetBytes(bag.Take(FieldDelimiter) ?? "");
        _ = bag.Take(Encoding);
        bag.RefuseLeftovers();
        return new StreamSink(delimiter, print ? open : null);
    }

    public void Bind(Schema schema)
    {
        // Any columns will do.
    }

    public IEnumerable<string> Explain(Schema? schema) => [open is null ? "discards each row" : "prints one line per row"];

    public Task PrepareAsync(CancellationToken stop)
    {
        _output = open?.Invoke();
        return Task.CompletedTask;
    }

    public ISinkWriter Open(TaskContext task) => new StreamSinkWriter(this, task);

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var line = new ArrayBufferWriter<byte>();
        Format(rows, row, line);
        return [System.Text.Encoding.UTF8.GetString(line.WrittenSpan)];
    }

    internal bool Prints => _output is not null;

    internal void Write(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            _output!.Write(lines);
            _output.Flush();
        }
    }

    internal void Format(RowBatch rows, int row, ArrayBufferWriter<byte> line)
    {
        for (var i = 0; i < rows.Texts.Length; i++)
        {
            if (i > 0)
            {
                line.Write(delimiter);
            }

            var column = rows.Texts[i];
            line.Write(column.IsNull(row) ? "null"u8 : column[row]);
        }
    }
}

internal sealed class StreamSinkWriter(StreamSink sink, TaskContext task) : ISinkWriter
{
    private readonly ArrayBufferWriter<byte> _lines = new();

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        using (rows)
        {
            task.Books.AddRead(rows.Count, rows.ValueBytes);
            if (sink.Prints)
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
        _lines.ResetWrittenCount();
        for (var row = 0; row < rows.Count; row++)
        {
            sink.Format(rows, row, _lines);
            _lines.Write("\n"u8);
        }

        try
        {
            sink.Write(_lines.WrittenSpan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody knows how much of it was taken.
            task.Books.AddUnknown(rows.Count);
            throw new EndpointException("standard output", $"cannot be written: {e.Message}", e);
        }

        task.Books.AddBytesOut(_lines.WrittenCount);
    }
}
