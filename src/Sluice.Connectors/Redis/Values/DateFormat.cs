using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Values;

/// <summary>Prints date and time columns by a pattern in Java's letters (S-11), from the text that the source printed:
/// <c>yyyy-MM-dd[ HH:mm:ss[.ffffff]]</c>.</summary>
internal sealed class DateFormat
{
    private const string Letters = "y M d H h K k m s S a E";

    private static readonly string[] s_months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private readonly List<(char Letter, int Width, byte[] Literal)> _parts = [];

    private DateFormat(string pattern) => Pattern = pattern;

    /// <summary>As the user wrote it.</summary>
    public string Pattern { get; }

    /// <exception cref="ConfigException">The pattern has a letter that is not supported.</exception>
    public static DateFormat Parse(string pattern, Place place)
    {
        var format = new DateFormat(pattern);
        foreach (var piece in JavaDatePattern.Split(pattern) ?? throw new ConfigException(place, $"'dateFormat' \"{pattern}\" has a single quote that is not closed"))
        {
            if (piece.IsField && !Letters.Contains(piece.Letter, StringComparison.Ordinal))
            {
                throw new ConfigException(place, $"'dateFormat' \"{pattern}\" has the letter {piece.Letter}; allowed: {Letters}, and text in single quotes");
            }

            format._parts.Add((piece.IsField ? piece.Letter : '\0', piece.Width, Encoding.UTF8.GetBytes(piece.Text)));
        }

        return format;
    }

    /// <summary>Formats every live row; a value that is no full date (zero dates among them) makes its row dirty.</summary>
    public void Convert(WriteBlock block, int column, TextColumn from, TextColumn to)
    {
        for (var row = 0; row < block.Rows!.Count; row++)
        {
            if (from.IsNull(row) || block.States[row] != RowState.Live)
            {
                to.SetNull(row);
            }
            else if (!Moment.TryParse(from[row], out var moment))
            {
                block.Refuse(row, column, $"'{Encoding.UTF8.GetString(from[row])}' is no date that dateFormat could print");
                to.SetNull(row);
            }
            else
            {
                to.Start[row] = block.Heap.Used;
                Write(moment, block.Heap);
                to.Length[row] = block.Heap.Used - to.Start[row];
            }
        }
    }

    private void Write(in Moment at, ByteHeap heap)
    {
        foreach (var (letter, width, literal) in _parts)
        {
            switch (letter)
            {
                case '\0':
                    heap.Append(literal);
                    break;
                case 'y':
                    Number(heap, width == 2 ? at.Year % 100 : at.Year, width);
                    break;
                case 'M' when width >= 3:
                    Name(heap, s_months[at.Month - 1], width);
                    break;
                case 'E':
                    Name(heap, new DateOnly(at.Year, at.Month, at.Day).DayOfWeek.ToString(), width);
                    break;
                case 'a':
                    heap.Append(at.Hour < 12 ? "AM"u8 : "PM"u8);
                    break;
                case 'S':
                    Fraction(heap, at.Micros, width);
                    break;
                default:
                    Number(heap, ValueOf(at, letter), width);
                    break;
            }
        }
    }

    private static int ValueOf(in Moment at, char letter) => letter switch
    {
        'M' => at.Month,
        'd' => at.Day,
        'H' => at.Hour,
        'k' => at.Hour == 0 ? 24 : at.Hour,
        'K' => at.Hour % 12,
        'h' => at.Hour % 12 == 0 ? 12 : at.Hour % 12,
        'm' => at.Minute,
        _ => at.Second,
    };

    private static void Name(ByteHeap heap, string name, int width) => heap.Append(Encoding.ASCII.GetBytes(width < 4 ? name[..3] : name));

    private static void Number(ByteHeap heap, int value, int width)
    {
        Span<byte> digits = stackalloc byte[10];
        System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out var length);
        for (; width > length; width--)
        {
            heap.Append("0"u8);
        }

        heap.Append(digits[..length]);
    }

    /// <summary>The first digits of the fraction of the second; what the source does not have is 0.</summary>
    private static void Fraction(ByteHeap heap, int micros, int width)
    {
        Span<byte> digits = stackalloc byte[6];
        System.Buffers.Text.Utf8Formatter.TryFormat(micros, digits, out _, new System.Buffers.StandardFormat('D', 6));
        heap.Append(digits[..Math.Min(6, width)]);
        for (; width > 6; width--)
        {
            heap.Append("0"u8);
        }
    }
}
