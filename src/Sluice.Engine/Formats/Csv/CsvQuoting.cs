using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Csv;

/// <summary>Puts quotes around texts where Flink's writer (Jackson) does: where the text is longer than 24 characters, or has a
/// character not above all of delimiter, quote and line ends, which is more often than it is needed. Quotes within are doubled.</summary>
internal sealed class CsvQuoting(CsvSettings settings)
{
    private const int MostUnquoted = 24;

    // A delimiter of several bytes is above all of ASCII: then every text is quoted.
    private readonly int _leastSafe = settings.Delimiter.Length > 1
        ? byte.MaxValue + 1
        : Math.Max(Math.Max(settings.Delimiter[0], settings.Quote ?? 0), '\r') + 1;

    /// <summary>Quotes what has been appended since <paramref name="start"/>.</summary>
    /// <exception cref="DataException">Without quotes and escapes the text would be read as something else.</exception>
    public void Apply(ByteHeap to, int start)
    {
        var text = to.Bytes.AsSpan(start, to.Used - start);
        if (settings.Quote is not { } quote)
        {
            EscapeUnquoted(to, start);
            return;
        }

        if (!NeedsQuotes(text))
        {
            return;
        }

        var doubled = text.Count(quote) + (settings.Escape is { } escape && escape != quote ? text.Count(escape) : 0);
        to.Take(doubled + 2);
        Spread(to.Bytes.AsSpan(start, to.Used - start), text.Length, quote);
    }

    private bool NeedsQuotes(ReadOnlySpan<byte> text)
    {
        if (text.Length > MostUnquoted && System.Text.Encoding.UTF8.GetCharCount(text) > MostUnquoted)
        {
            return true;
        }

        foreach (var b in text)
        {
            if (b < _leastSafe || b == settings.Escape)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves the text at the beginning to its place within quotes, from its end on.</summary>
    private void Spread(Span<byte> all, int length, byte quote)
    {
        var at = all.Length;
        all[--at] = quote;
        for (var i = length - 1; i >= 0; i--)
        {
            var b = all[i];
            all[--at] = b;
            if (b == quote || b == settings.Escape)
            {
                all[--at] = b;
            }
        }

        all[0] = quote;
    }

    private void EscapeUnquoted(ByteHeap to, int start)
    {
        var text = to.Bytes.AsSpan(start, to.Used - start);
        var isAmbiguous = text.IndexOf(settings.Delimiter) >= 0 || text.IndexOfAny((byte)'\n', (byte)'\r') >= 0;
        if (settings.Escape is not { } escape)
        {
            if (isAmbiguous)
            {
                throw new DataException($"\"{Unreadable.Show(text)}\" holds a delimiter or a line's end, and there are no quotes; 'csv.escape-character' lets it be written");
            }

            return;
        }

        if (!isAmbiguous && !text.Contains(escape))
        {
            return;
        }

        // The text is written once more behind itself and then moved to its beginning; what is left behind is given back.
        var length = text.Length;
        for (var i = 0; i < length; i++)
        {
            var b = to.Bytes[start + i];
            if (b is (byte)'\n' or (byte)'\r')
            {
                to.Append([escape, b == '\n' ? (byte)'n' : (byte)'r']);
            }
            else if (b == escape || to.Bytes.AsSpan(start + i, length - i).StartsWith(settings.Delimiter))
            {
                to.Append([escape, b]);
            }
            else
            {
                to.Append([b]);
            }
        }

        var escaped = to.Bytes.AsSpan(start + length, to.Used - start - length);
        escaped.CopyTo(to.Bytes.AsSpan(start));
        to.Take(-length);
    }
}
