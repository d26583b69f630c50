using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>Writes each dirty record to a JSON-lines file, made when the first one comes, and ends the job when there are
/// more than allowed (S-6). All tasks share it.</summary>
public sealed class DirtyRecords(string path, DirtyLimit limit, Books books) : IDisposable
{
    private readonly Lock _gate = new();
    private FileStream? _file;

    /// <summary>The absolute path of the file, or null while there is no dirty record.</summary>
    public string? File { get; private set; }

    public DirtyLimit Limit => limit;

    /// <summary>Counts a record and writes it down.</summary>
    /// <param name="column">The column at fault, or empty where it is the whole record.</param>
    /// <param name="reply">What the server answered, or null where it was never asked.</param>
    /// <exception cref="DirtyLimitException">This one is more than the limit allows. It is counted and written all the same.</exception>
    /// <exception cref="ConfigException">It is allowed, and cannot be written down. It is counted all the same.</exception>
    public void Add(RowBatch rows, int row, string column, string reason, string? reply)
    {
        long count;
        ConfigException? unwritten;
        lock (_gate)
        {
            count = books.AddDirty(1);
            unwritten = Write(Encode(rows, row, column, reason, reply));
        }

        if (limit.IsExceededBy(count))
        {
            throw new DirtyLimitException(
                (column.Length == 0 ? "" : $"column '{column}': ") + reason + (reply is null ? "" : $" ({reply})")
                + $", in the record that begins with {Beginning(rows, row)}"
                + (unwritten is null ? "" : $"; {unwritten.Message}"));
        }

        if (unwritten is not null)
        {
            throw unwritten;
        }
    }

    /// <summary>Where dirty records are allowed, the file must be writable before the first row is written. Leaves no file behind.</summary>
    /// <exception cref="ConfigException">It is not.</exception>
    internal void CheckWritable()
    {
        if (limit.Records == 0)
        {
            // The first one ends the job anyway.
            return;
        }

        var full = Path.GetFullPath(path);
        var exists = System.IO.File.Exists(full);
        try
        {
            using var probe = exists
                ? new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
                : new FileStream(full, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (!exists && System.IO.File.Exists(full))
        {
            // Another job has just made it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Enough of a record to find it.</summary>
    private static string Beginning(RowBatch rows, int row)
    {
        const int Most = 40;
        var column = rows.Columns[0];
        var text = column.IsNull(row) ? "null" : Encoding.UTF8.GetString(column[row][..Math.Min(Most, column[row].Length)]);
        return $"{rows.Schema[0].Name} = {text}" + (column[row].Length > Most ? "..." : "");
    }

    private ConfigException? Write(ReadOnlySpan<byte> line)
    {
        try
        {
            // It is this job's alone: two of them would write over each other.
            _file ??= new FileStream(Path.GetFullPath(path), FileMode.Create, FileAccess.Write, FileShare.None);
            File = _file.Name;
            _file.Write(line);
            _file.Flush();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unwritable(e);
        }
    }

    private static ConfigException Unwritable(Exception e) =>
        new(null, $"the file of dirty records cannot be written: {e.Message.TrimEnd('.')}; name another with --dirty-records", e);

    private static ReadOnlySpan<byte> Encode(RowBatch rows, int row, string column, string reason, string? reply)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("split", rows.Split.Id);
            json.WriteStartObject("record");
            for (var i = 0; i < rows.Columns.Length; i++)
            {
                json.WritePropertyName(rows.Schema[i].Name);
                if (rows.Columns[i].IsNull(row))
                {
                    json.WriteNullValue();
                }
                else
                {
                    // Bytes that are no UTF-8 are shown with U+FFFD: the file is text.
                    json.WriteStringValue(Encoding.UTF8.GetString(rows.Columns[i][row]));
                }
            }

            json.WriteEndObject();
            json.WriteString("column", column);
            json.WriteString("reason", reason);
            json.WriteString("reply", reply);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }
}
