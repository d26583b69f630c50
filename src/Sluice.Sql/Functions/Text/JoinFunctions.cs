using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>CONCAT and CONCAT_WS.</summary>
internal static class JoinFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("CONCAT", [new([Character, Character], Returning.Text, Concat, Variadic: true)]),
        new("CONCAT_WS", [new([Character, Character], Returning.Text, ConcatWithSeparator, Variadic: true)]),
    ];

    public static Utf8 Concat(Utf8 first, Utf8[] texts, ByteHeap heap)
    {
        var start = heap.Append(first.Span);
        foreach (var text in texts)
        {
            heap.Append(text.Span);
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>Nulls are left out, without a separator.</summary>
    public static Utf8 ConcatWithSeparator(Utf8 separator, Utf8?[] texts, ByteHeap heap)
    {
        var start = heap.Used;
        var any = false;
        foreach (var text in texts)
        {
            if (text is not { } value)
            {
                continue;
            }

            if (any)
            {
                heap.Append(separator.Span);
            }

            heap.Append(value.Span);
            any = true;
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }
}
