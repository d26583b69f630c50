using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Csv;

/// <summary>A row of one line. In the steady state nothing is allocated.</summary>
internal sealed class CsvDecoder(CsvSettings settings, IReadOnlyList<FormatColumn> columns) : Decoder
{
    private readonly FormatColumn[] _columns = [.. columns];
    private readonly int[] _targets = [.. columns.Select(c => c.Target)];
    private readonly CsvReader[] _readers = [.. columns.Select(c => CsvReaders.Of(c.Type, settings))];
    private readonly CsvScratch _scratch = new();

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public override int Decode(ReadOnlySpan<byte> message, RowBatch into)
    {
        try
        {
            return DecodeLine(message, into);
        }
        catch (DataException e)
        {
            if (!settings.IgnoreParseErrors)
            {
                Unreadable.Message("csv", e.Message, message, e);
            }

            return 0;
        }
    }

    private int DecodeLine(ReadOnlySpan<byte> message, RowBatch into)
    {
        var text = WithoutComments(message.StartsWith(ByteOrderMark) ? message[ByteOrderMark.Length..] : message);
        if (text.Length == 0)
        {
            return 0;
        }

        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            throw new DataException("it holds bytes that are no UTF-8");
        }

        if (into.Count >= into.Capacity)
        {
            into.Grow(into.Count + 1);
        }

        var line = new CsvLine(text, settings, _scratch);
        var count = 0;
        while (line.TryNext(out var field))
        {
            if (count < _readers.Length)
            {
                Read(field, count, into);
            }
            else if (count > _readers.Length || field.Length > 0)
            {
                // One empty field too many is a delimiter at the line's end.
                throw new DataException($"it has more fields than the table's {_readers.Length} columns");
            }

            count++;
        }

        if (line.Rest.ContainsAnyExcept((byte)'\r', (byte)'\n'))
        {
            throw new DataException("it has more than one line");
        }

        for (; count < _readers.Length; count++)
        {
            SetMissing(count, into);
        }

        return 1;
    }

    private void Read(ReadOnlySpan<byte> field, int index, RowBatch into)
    {
        if (_targets[index] < 0)
        {
            return;
        }

        var column = into.Columns[_targets[index]];
        if (settings.IsNull(field))
        {
            column.SetNull(into.Count);
        }
        else if (!_readers[index](field, column, into.Count))
        {
            if (!settings.IgnoreParseErrors)
            {
                Unreadable.Value(_columns[index].Name, _columns[index].Type, $"\"{Unreadable.Show(field)}\"");
            }

            column.SetNull(into.Count);
        }
    }

    private void SetMissing(int index, RowBatch into)
    {
        if (!settings.IgnoreParseErrors)
        {
            throw new DataException($"it has {index} fields, and the table has {_readers.Length} columns");
        }

        if (_targets[index] >= 0)
        {
            into.Columns[_targets[index]].SetNull(into.Count);
        }
    }

    private ReadOnlySpan<byte> WithoutComments(ReadOnlySpan<byte> text)
    {
        while (settings.AllowComments && text.TrimStart((byte)' ').StartsWith("#"u8))
        {
            var end = text.IndexOf((byte)'\n');
            text = end < 0 ? default : text[(end + 1)..];
        }

        return text;
    }
}
