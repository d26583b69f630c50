using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats;

/// <summary>A word for <c>'format' = '...'</c>: how messages become rows and back.</summary>
public interface IFormat
{
    /// <summary><c>json</c>, <c>debezium-json</c>.</summary>
    string Name { get; }

    /// <summary>One sentence for the documentation.</summary>
    string Summary { get; }

    /// <summary>Its options, with the format's name in front (<c>json.ignore-parse-errors</c>); where a table has two formats, users
    /// write <c>key.</c> or <c>value.</c> before that.</summary>
    IReadOnlyList<IOption> Options { get; }

    /// <summary>Whether its messages may say anything but insert.</summary>
    bool HasChangelog { get; }

    /// <summary>Takes the options for reading; the result makes the decoders of readers.</summary>
    /// <exception cref="ConfigException">A column's type that the format cannot give, an option that is wrong.</exception>
    Func<Decoder> Reading(FormatContext context);

    /// <summary>Takes the options for writing; null where the format can only be read.</summary>
    Func<Encoder>? Writing(FormatContext context);
}

/// <summary>A column as a format sees it.</summary>
/// <param name="Name">The name in the message: <c>key.fields-prefix</c> is cut off.</param>
/// <param name="Target">Its index in the batch, or -1 where nobody needs it (formats with named fields skip it; others need its place).</param>
public sealed record FormatColumn(string Name, SqlType Type, int Target);

/// <summary>What a format is made for.</summary>
/// <param name="Columns">In the order of the table.</param>
/// <param name="Options">The table's options under the names of <see cref="IFormat.Options"/>.</param>
public sealed record FormatContext(IReadOnlyList<FormatColumn> Columns, OptionBag Options, Place Place, TimeZoneInfo TimeZone);

/// <summary>Makes rows from messages, straight into columns. Belongs to one reader.</summary>
public abstract class Decoder
{
    /// <summary>Writes the rows of one message at <c>into.Count</c> and after, into the targets of its columns and, where the format has a
    /// changelog, <see cref="RowBatch.SetKind"/>; sets nothing else. More rows than there is room for: <see cref="RowBatch.Grow"/>.
    /// Absent values are set to null.</summary>
    /// <returns>How many rows; 0 where the message is skipped: empty, or unreadable where that is to be ignored.</returns>
    /// <exception cref="DataException">The message cannot be read. Says why and shows its beginning; not where it came from.</exception>
    public abstract int Decode(ReadOnlySpan<byte> message, RowBatch into);
}

/// <summary>Makes messages from rows. Belongs to one writer.</summary>
public abstract class Encoder
{
    /// <summary>Appends the message of one row.</summary>
    /// <returns>False where the row is to be written as a message without value (a deletion of an upsert table), or not at all.</returns>
    /// <exception cref="DataException">The row cannot be written.</exception>
    public abstract bool Encode(RowBatch rows, int row, ByteHeap to);
}
