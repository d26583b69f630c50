using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>PRINTF: texts by a format of Java's Formatter.</summary>
internal static class PrintfFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("PRINTF", [new([Character, Any], Returning.Nullable(Returning.Text), Printf, Variadic: true) { Check = c => PrintfPart.Parse(ConstantChecks.Text(c, 0)) }]),
    ];

    /// <summary>Null where the format is none, or does not fit its arguments.</summary>
    public static Utf8? Printf(Utf8 format, Cell?[] values, SqlType[] types, PrintfState state, FunctionContext context, ByteHeap heap)
    {
        if (state.Parse(format) is not { } parts)
        {
            return null;
        }

        state.Text.Clear();
        foreach (var part in parts)
        {
            if (part.Conversion == '\0')
            {
                state.Text.Append(part.Literal);
                continue;
            }

            if (part.Argument >= values.Length)
            {
                return null;
            }

            var value = values[part.Argument] is { IsNull: false } cell ? cell : default(Cell?);
            if (PrintfText.Of(part, value, types[part.Argument + 1], context.Zone) is not { } text)
            {
                return null;
            }

            state.Text.Append(text);
        }

        var start = heap.Append(Encoding.UTF8.GetBytes(state.Text.ToString()));
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }
}

/// <summary>The format of one place of call, read again only where it changes.</summary>
internal sealed class PrintfState
{
    private byte[]? _format;
    private List<PrintfPart>? _parts;

    public StringBuilder Text { get; } = new();

    public List<PrintfPart>? Parse(Utf8 format)
    {
        if (_format is null || !format.Span.SequenceEqual(_format))
        {
            _parts = PrintfPart.Parse(format.ToString());
            _format = format.Span.ToArray();
        }

        return _parts;
    }
}
