using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Execution;

/// <summary>A record that could not be written.</summary>
/// <param name="Split">Where it came from: its split, in SQL its source position.</param>
/// <param name="Columns">Its columns and their text; null is null.</param>
public sealed record DirtyRecord(string Split, IReadOnlyList<KeyValuePair<string, string?>> Columns)
{
    /// <summary>A row of a batch.</summary>
    public static DirtyRecord Of(RowBatch rows, int row) => new(
        rows.DescribeOrigin(row),
        [.. rows.Columns.Select((column, i) => KeyValuePair.Create(rows.Schema[i].Name, TextForm.Of(column, row, rows.Schema[i].Sql)))]);
}

/// <summary>Takes the dirty records of one sink, and ends the job when there are more in all than allowed (S-6).</summary>
public sealed class DirtyRecords(DirtyRecordsFile file, DirtyLimit limit, Books books)
{
    /// <summary>Counts a record and writes it down.</summary>
    /// <param name="column">The column at fault, or empty where it is the whole record.</param>
    /// <param name="reply">What the server answered, or null where it was never asked.</param>
    /// <exception cref="DirtyLimitException">This one is more than the limit allows. It is counted and written all the same.</exception>
    /// <exception cref="ConfigException">It is allowed, and cannot be written down. It is counted all the same.</exception>
    public void Add(RowBatch rows, int row, string column, string reason, string? reply) => Add(DirtyRecord.Of(rows, row), column, reason, reply);

    /// <inheritdoc cref="Add(RowBatch, int, string, string, string?)"/>
    public void Add(DirtyRecord record, string column, string reason, string? reply)
    {
        var count = books.AddDirty(1);
        var unwritten = file.Write(Encode(record, column, reason, reply));
        if (limit.IsExceededBy(count))
        {
            throw new DirtyLimitException(
                (column.Length == 0 ? "" : $"column '{column}': ") + reason + (reply is null ? "" : $" ({reply})")
                + $", in the record that begins with {Beginning(record)}"
                + (unwritten is null ? "" : $"; {unwritten.Message}"));
        }

        if (unwritten is not null)
        {
            throw unwritten;
        }
    }

    /// <summary>Enough of a record to find it.</summary>
    private static string Beginning(DirtyRecord record)
    {
        const int Most = 40;
        var (name, value) = record.Columns[0];
        return $"{name} = {(value is null ? "null" : value.Length > Most ? value[..Most] + "..." : value)}";
    }

    private static ReadOnlySpan<byte> Encode(DirtyRecord record, string column, string reason, string? reply)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("split", record.Split);
            json.WriteStartObject("record");
            foreach (var (name, value) in record.Columns)
            {
                json.WriteString(name, value);
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
