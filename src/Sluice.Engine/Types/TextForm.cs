using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Types;

/// <summary>The SQL text of values: what <c>CAST(x AS STRING)</c> gives in Flink. Bytes that are no UTF-8 are kept as they are.</summary>
public static class TextForm
{
    /// <summary>Appends the text of a value that is not null.</summary>
    /// <param name="type">Null: the column holds texts as their source prints them.</param>
    /// <param name="zone">Moments (TIMESTAMP_LTZ) are shown in this time zone; null is UTC.</param>
    public static void Append(Column column, int row, SqlType? type, ByteHeap to, TimeZoneInfo? zone = null)
    {
        if (column is TextColumn text)
        {
            to.Append(text[row]);
            return;
        }

        to.Append(Encoding.UTF8.GetBytes(column switch
        {
            ValueColumn<int> { Values: var values } => values[row].ToString(CultureInfo.InvariantCulture),
            ValueColumn<long> { Values: var values } => values[row].ToString(CultureInfo.InvariantCulture),
            ValueColumn<bool> { Values: var values } => values[row] ? "TRUE" : "FALSE",
            _ => throw new ArgumentOutOfRangeException(nameof(column), $"{type} {zone}"),
        }));
    }

    /// <summary>The text of a value for messages, or null where it is null.</summary>
    public static string? Of(Column column, int row, SqlType? type)
    {
        if (column.IsNull(row))
        {
            return null;
        }

        var heap = new ByteHeap(64);
        Append(column, row, type, heap);
        return Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
    }
}
