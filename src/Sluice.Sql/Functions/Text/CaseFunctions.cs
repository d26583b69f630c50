using System.Text;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>UPPER, LOWER and INITCAP.</summary>
internal static class CaseFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("UPPER", [new([Character], Returning.Text, Upper)]),
        new("LOWER", [new([Character], Returning.Text, Lower)]),
        new("INITCAP", [new([Character], Returning.Text, InitCap)]),
    ];

    public static Utf8 Upper(Utf8 text, ByteHeap heap)
    {
        var room = heap.Reserve(text.Length);
        if (Ascii.ToUpper(text.Span, room, out var written) == System.Buffers.OperationStatus.Done)
        {
            return new Utf8(heap.Bytes, heap.Take(written), written);
        }

        var start = heap.Used;
        foreach (var rune in new RuneBytes(text.Span))
        {
            // The one common letter whose capital is two letters.
            if (rune.Value == 'ß')
            {
                heap.Append("SS"u8);
            }
            else
            {
                Append(Rune.ToUpperInvariant(rune), heap);
            }
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    public static Utf8 Lower(Utf8 text, ByteHeap heap)
    {
        var room = heap.Reserve(text.Length);
        if (Ascii.ToLower(text.Span, room, out var written) == System.Buffers.OperationStatus.Done)
        {
            return new Utf8(heap.Bytes, heap.Take(written), written);
        }

        var start = heap.Used;
        foreach (var rune in new RuneBytes(text.Span))
        {
            Append(Rune.ToLowerInvariant(rune), heap);
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>Words are runs of ASCII letters and digits; other letters stay as they are, as in Flink.</summary>
    public static Utf8 InitCap(Utf8 text, ByteHeap heap)
    {
        var start = heap.Append(text.Span);
        var isFirst = true;
        foreach (ref var b in heap.Bytes.AsSpan(start, text.Length))
        {
            var letter = (char)b;
            if (char.IsAsciiLetter(letter))
            {
                b = (byte)(isFirst ? letter & ~0x20 : letter | 0x20);
            }

            isFirst = !char.IsAsciiLetterOrDigit(letter);
        }

        return new Utf8(heap.Bytes, start, text.Length);
    }

    private static void Append(Rune rune, ByteHeap heap) => heap.Take(rune.EncodeToUtf8(heap.Reserve(4)));
}
