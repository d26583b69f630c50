using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>Where a text stands in another, and single characters.</summary>
internal static class SearchFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("POSITION", [new([Character, Character], Returning.Int, Position)]),
        new("LOCATE", [new([Character, Character], Returning.Int, Position), new([Character, Character, Int], Returning.Int, Locate)]),
        new("INSTR",
        [
            new([Character, Character], Returning.Int, Instr), new([Character, Character, Int], Returning.Int, InstrFrom),
            new([Character, Character, Int, Int], Returning.Int, InstrNth),
        ]),
        new("STARTSWITH", [new([Character, Character], Returning.Boolean, StartsWith), new([Binary, Binary], Returning.Boolean, StartsWith)]),
        new("ENDSWITH", [new([Character, Character], Returning.Boolean, EndsWith), new([Binary, Binary], Returning.Boolean, EndsWith)]),
        new("ASCII", [new([Character], Returning.Int, FirstByte)]),
        new("CHR", [new([BigInt], Returning.Text, Chr)]),
    ];

    /// <summary>From 1; 0 where it is not there.</summary>
    public static int Position(Utf8 search, Utf8 text) => Find(search.Span, text.Span, 1);

    public static int Locate(Utf8 search, Utf8 text, int from) => Find(search.Span, text.Span, from);

    public static int Instr(Utf8 text, Utf8 search) => Find(search.Span, text.Span, 1);

    public static int InstrFrom(Utf8 text, Utf8 search, int from) => InstrNth(text, search, from, 1);

    /// <summary>The <paramref name="nth"/> place from a position on; a negative position counts from the end and searches backwards.</summary>
    public static int InstrNth(Utf8 text, Utf8 search, int from, int nth)
    {
        if (nth <= 0)
        {
            throw new DataException("INSTR needs an occurrence of 1 or more");
        }

        if (from == 0)
        {
            return 0;
        }

        if (from < 0)
        {
            return FindBackwards(search.Span, text.Span, -from, nth);
        }

        var found = 0;
        for (var next = from; nth > 0; nth--, next = found + 1)
        {
            found = Find(search.Span, text.Span, next);
            if (found == 0)
            {
                return 0;
            }
        }

        return found;
    }

    public static bool StartsWith(Utf8 text, Utf8 start) => text.Span.StartsWith(start.Span);

    public static bool EndsWith(Utf8 text, Utf8 end) => text.Span.EndsWith(end.Span);

    /// <summary>The first byte, signed as Flink's is; 0 for the empty text.</summary>
    public static int FirstByte(Utf8 text) => text.Length == 0 ? 0 : (sbyte)text.Span[0];

    /// <summary>The Latin-1 character of the lowest eight bits; the empty text for negative numbers.</summary>
    public static Utf8 Chr(long code, ByteHeap heap)
    {
        if (code < 0)
        {
            return Utf8.Empty;
        }

        var value = (byte)(code & 0xFF);
        var start = value < 0x80 ? heap.Append([value]) : heap.Append([(byte)(0xC0 | (value >> 6)), (byte)(0x80 | (value & 0x3F))]);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    private static int Find(ReadOnlySpan<byte> search, ReadOnlySpan<byte> text, int from)
    {
        if (search.IsEmpty)
        {
            return 1;
        }

        var start = CodePoints.Offset(text, Math.Max(0, from - 1));
        var found = text[start..].IndexOf(search);
        return found < 0 ? 0 : CodePoints.Count(text[..(start + found)]) + 1;
    }

    private static int FindBackwards(ReadOnlySpan<byte> search, ReadOnlySpan<byte> text, int fromEnd, int nth)
    {
        var count = CodePoints.Count(text);
        if (search.IsEmpty)
        {
            return count + 1;
        }

        // The last character that a match may have is the one at the position.
        var end = CodePoints.Offset(text, Math.Max(0, count - fromEnd + 1));
        for (; nth > 0; nth--)
        {
            var found = text[..end].LastIndexOf(search);
            if (found < 0)
            {
                return 0;
            }

            if (nth == 1)
            {
                return CodePoints.Count(text[..found]) + 1;
            }

            end = found + search.Length;
            end = CodePoints.Before(text, end);
        }

        return 0;
    }
}
