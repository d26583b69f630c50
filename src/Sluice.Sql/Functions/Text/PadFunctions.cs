using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>LPAD and RPAD.</summary>
internal static class PadFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("LPAD", [new([Character, Int, Character], Returning.Nullable(Returning.Text), PadLeft)]),
        new("RPAD", [new([Character, Int, Character], Returning.Nullable(Returning.Text), PadRight)]),
    ];

    /// <summary>Null for a negative length or an empty pad.</summary>
    public static Utf8? PadLeft(Utf8 text, int length, Utf8 pad, ByteHeap heap)
    {
        if (Shortened(text, length, pad, out var missing) is { } done)
        {
            return done;
        }

        if (missing < 0)
        {
            return null;
        }

        var start = heap.Used;
        Fill(missing, pad, heap, "LPAD");
        heap.Append(text.Span);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>Null for a negative length or an empty pad.</summary>
    public static Utf8? PadRight(Utf8 text, int length, Utf8 pad, ByteHeap heap)
    {
        if (Shortened(text, length, pad, out var missing) is { } done)
        {
            return done;
        }

        if (missing < 0)
        {
            return null;
        }

        var start = heap.Append(text.Span);
        Fill(missing, pad, heap, "RPAD");
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <param name="missing">Characters to add; -1 where the result is null.</param>
    private static Utf8? Shortened(Utf8 text, int length, Utf8 pad, out int missing)
    {
        missing = -1;
        if (length < 0 || pad.Length == 0)
        {
            return null;
        }

        var count = CodePoints.Count(text.Span);
        missing = length - count;
        return missing <= 0 ? text.Slice(0, CodePoints.Offset(text.Span, length)) : null;
    }

    private static void Fill(int characters, Utf8 pad, ByteHeap heap, string function)
    {
        var each = CodePoints.Count(pad.Span);
        CodePoints.CheckSize((long)characters * pad.Length / each, function);
        for (; characters >= each; characters -= each)
        {
            heap.Append(pad.Span);
        }

        heap.Append(pad.Span[..CodePoints.Offset(pad.Span, characters)]);
    }
}
