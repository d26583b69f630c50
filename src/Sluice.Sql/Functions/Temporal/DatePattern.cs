using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>Java has two classes for date patterns, and Flink uses both.</summary>
internal enum PatternDialect
{
    /// <summary>DateTimeFormatter: S is a fraction, texts must fit exactly.</summary>
    Formatter,

    /// <summary>SimpleDateFormat: S is a number of milliseconds, numbers may be shorter or out of range, and what follows is ignored.</summary>
    Simple,
}

/// <summary>One run of equal letters, or literal text where the letter is <c>\0</c>.</summary>
internal readonly record struct PatternPart(char Letter, int Width, byte[] Literal)
{
    public bool IsNumber => Letter is 'y' or 'u' or 'd' or 'D' or 'H' or 'k' or 'K' or 'h' or 'm' or 's' or 'S' or 'n' or 'A' || (Letter is 'M' or 'L' or 'Q' && Width < 3);
}

/// <summary>A date pattern in Java's letters, for printing and for reading (<see cref="DatePatternReader"/>). Names are English.</summary>
internal sealed class DatePattern
{
    private const string Letters = "G y u M L d D E Q a H h K k m s S n A X x Z";

    public static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] s_days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private readonly List<PatternPart> _parts = [];

    private DatePattern(PatternDialect dialect) => Dialect = dialect;

    public PatternDialect Dialect { get; }

    public IReadOnlyList<PatternPart> Parts => _parts;

    /// <exception cref="DataException">A letter that is not supported, or a quote that is not closed.</exception>
    public static DatePattern Parse(string pattern, PatternDialect dialect)
    {
        var format = new DatePattern(dialect);
        foreach (var piece in JavaDatePattern.Split(pattern) ?? throw new DataException($"the date pattern '{pattern}' has a single quote that is not closed"))
        {
            if (piece.IsField)
            {
                format.AddLetter(pattern, piece.Letter, piece.Width);
            }
            else if (piece.Letter is '[' or ']' or '{' or '}' or '#' && dialect == PatternDialect.Formatter)
            {
                throw new DataException($"the date pattern '{pattern}' uses {piece.Letter}, which is not supported");
            }
            else
            {
                format._parts.Add(new PatternPart('\0', 0, Encoding.UTF8.GetBytes(piece.Text)));
            }
        }

        return format;
    }

    public Utf8 Format(in DateFields at, ByteHeap heap)
    {
        var start = heap.Used;
        foreach (var part in _parts)
        {
            Append(part, at, heap);
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    private void AddLetter(string pattern, char letter, int width)
    {
        var isKnown = Letters.Contains(letter, StringComparison.Ordinal) && (Dialect == PatternDialect.Formatter || letter is not ('Q' or 'n' or 'A' or 'x'));
        if (!isKnown)
        {
            throw new DataException($"the date pattern '{pattern}' has the letter {letter}; allowed: {Letters}, and text in single quotes");
        }

        _parts.Add(new PatternPart(letter, width, []));
    }

    private void Append(in PatternPart part, in DateFields at, ByteHeap heap)
    {
        switch (part.Letter)
        {
            case '\0':
                heap.Append(part.Literal);
                break;
            case 'G':
                heap.Append(at.Year > 0 ? "AD"u8 : "BC"u8);
                break;
            case 'a':
                heap.Append(at.Hour < 12 ? "AM"u8 : "PM"u8);
                break;
            case 'E':
                AppendName(s_days[CalendarMath.DayOfWeek(at.Days) - 1], part.Width, heap);
                break;
            case 'M' or 'L' when part.Width >= 3:
                AppendName(Months[at.Month - 1], part.Width, heap);
                break;
            case 'S' when Dialect == PatternDialect.Formatter:
                AppendFraction(at.Nanos, part.Width, heap);
                break;
            case 'X' or 'x' or 'Z':
                AppendOffset(part, at.OffsetMinutes, heap);
                break;
            case 'y' or 'u' when part.Width == 2 && (part.Letter == 'y' || Dialect == PatternDialect.Formatter):
                AppendNumber(at.Year % 100, 2, heap);
                break;
            default:
                AppendNumber(ValueOf(part.Letter, at), part.Width, heap);
                break;
        }
    }

    private int ValueOf(char letter, in DateFields at) => letter switch
    {
        'y' => at.Year > 0 ? at.Year : 1 - at.Year,
        'u' => Dialect == PatternDialect.Formatter ? at.Year : CalendarMath.IsoDayOfWeek(at.Days),
        'M' or 'L' => at.Month,
        'Q' => (at.Month + 2) / 3,
        'd' => at.Day,
        'D' => CalendarMath.DayOfYear(at.Days),
        'H' => at.Hour,
        'k' => at.Hour == 0 ? 24 : at.Hour,
        'K' => at.Hour % 12,
        'h' => at.Hour % 12 == 0 ? 12 : at.Hour % 12,
        'm' => at.Minute,
        's' => at.Second,
        'S' => at.Nanos / 1_000_000,
        'n' => at.Nanos,
        _ => at.MillisOfDay,
    };

    private static void AppendName(string name, int width, ByteHeap heap)
    {
        foreach (var c in width < 4 ? name.AsSpan(0, 3) : width == 5 ? name.AsSpan(0, 1) : name)
        {
            // The array is looked at after the place was taken: it may be another one then.
            var at = heap.Take(1);
            heap.Bytes[at] = (byte)c;
        }
    }

    private static void AppendNumber(int value, int width, ByteHeap heap)
    {
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(Math.Abs(value), digits, out var length);
        if (value < 0)
        {
            heap.Append("-"u8);
        }

        for (; width > length; width--)
        {
            heap.Append("0"u8);
        }

        heap.Append(digits[..length]);
    }

    private static void AppendFraction(int nanos, int width, ByteHeap heap)
    {
        Span<byte> digits = stackalloc byte[9];
        Utf8Formatter.TryFormat(nanos, digits, out _, new StandardFormat('D', 9));
        heap.Append(digits[..Math.Min(9, width)]);
    }

    /// <summary>X: +08, XX: +0800, XXX: +08:00, and Z for zero; Z: +0800.</summary>
    private static void AppendOffset(in PatternPart part, int minutes, ByteHeap heap)
    {
        if (part.Letter == 'X' && minutes == 0)
        {
            heap.Append("Z"u8);
            return;
        }

        heap.Append(minutes < 0 ? "-"u8 : "+"u8);
        minutes = Math.Abs(minutes);
        AppendNumber(minutes / 60, 2, heap);
        if (part.Letter != 'Z' && part.Width == 1 && minutes % 60 == 0)
        {
            return;
        }

        if (part.Letter != 'Z' && part.Width is 3 or 5)
        {
            heap.Append(":"u8);
        }

        AppendNumber(minutes % 60, 2, heap);
    }
}
