using System.Buffers;
using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Values;

/// <summary>Turns a column into JSON literals (S-15). Which form is decided once per column.</summary>
internal sealed class JsonLiteral
{
    private delegate bool Writer(ReadOnlySpan<byte> text, ByteHeap heap);

    /// <summary>What a JSON string may not hold as it is.</summary>
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly Writer _write;
    private readonly string _form;

    private JsonLiteral(Writer write, string form) => (_write, _form) = (write, form);

    /// <param name="forced">int, long, double, string, bool; null for the natural form of the column's type.</param>
    public static JsonLiteral For(string? forced, DataType type) => forced switch
    {
        "int" => new JsonLiteral(static (text, heap) => WriteInteger(text, heap, int.MinValue, int.MaxValue), "int"),
        "long" => new JsonLiteral(static (text, heap) => WriteInteger(text, heap, long.MinValue, long.MaxValue), "long"),
        "double" => new JsonLiteral(WriteDouble, "double"),
        "bool" => new JsonLiteral(WriteBoolean, "bool"),
        "string" => new JsonLiteral(WriteString, "text"),
        _ => type switch
        {
            DataType.Integer or DataType.Decimal or DataType.Double or DataType.Year => new JsonLiteral(WriteNumber, "number"),
            DataType.Boolean => new JsonLiteral(WriteBoolean, "bool"),
            _ => new JsonLiteral(WriteString, "text"),
        },
    };

    /// <summary>Converts every live row; what does not convert exactly makes its row dirty.</summary>
    public void Convert(WriteBlock block, int column, TextColumn from, TextColumn to)
    {
        var heap = block.Heap;
        for (var row = 0; row < block.Rows!.Count; row++)
        {
            if (block.States[row] != RowState.Live)
            {
                continue;
            }

            var start = heap.Used;
            if (from.IsNull(row))
            {
                heap.Append("null"u8);
            }
            else if (!_write(from[row], heap))
            {
                block.Refuse(row, column, _form == "text" ? "the value is not valid UTF-8, which JSON must be" : $"'{Encoding.UTF8.GetString(from[row])}' is no {_form}");
            }

            to.Start[row] = start;
            to.Length[row] = heap.Used - start;
        }
    }

    private static bool WriteString(ReadOnlySpan<byte> text, ByteHeap heap)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
        {
            return false;
        }

        heap.Append("\""u8);
        for (var special = text.IndexOfAny(s_escaped); special >= 0; special = text.IndexOfAny(s_escaped))
        {
            heap.Append(text[..special]);
            Escape(text[special], heap);
            text = text[(special + 1)..];
        }

        heap.Append(text);
        heap.Append("\""u8);
        return true;
    }

    private static void Escape(byte value, ByteHeap heap)
    {
        switch (value)
        {
            case (byte)'"':
                heap.Append("\\\""u8);
                break;
            case (byte)'\\':
                heap.Append("\\\\"u8);
                break;
            case (byte)'\n':
                heap.Append("\\n"u8);
                break;
            case (byte)'\r':
                heap.Append("\\r"u8);
                break;
            case (byte)'\t':
                heap.Append("\\t"u8);
                break;
            default:
                heap.Append("\\u00"u8);
                heap.Append([(byte)('0' + (value >> 4)), "0123456789abcdef"u8[value & 15]]);
                break;
        }
    }

    /// <summary>A number keeps its digits; leading zeros (ZEROFILL) and a plus, which JSON does not have, go.</summary>
    private static bool WriteNumber(ReadOnlySpan<byte> text, ByteHeap heap)
    {
        var negative = !text.IsEmpty && text[0] == '-';
        var digits = negative || (!text.IsEmpty && text[0] == '+') ? text[1..] : text;
        while (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit((char)digits[1]))
        {
            digits = digits[1..];
        }

        if (!IsJsonNumber(digits))
        {
            return false;
        }

        heap.Append(negative ? "-"u8 : default);
        heap.Append(digits);
        return true;
    }

    private static bool WriteInteger(ReadOnlySpan<byte> text, ByteHeap heap, long min, long max)
    {
        // 12.00 is 12; 12.7 is none.
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        if (point >= 0 && (point == text.Length - 1 || text[(point + 1)..].IndexOfAnyExcept((byte)'0') >= 0))
        {
            return false;
        }

        return long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && WriteNumber(Format(value, stackalloc byte[20]), heap);
    }

    /// <summary>The digits stay as they are; they must be a number that a double can hold, of any precision.</summary>
    private static bool WriteDouble(ReadOnlySpan<byte> text, ByteHeap heap) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && WriteNumber(text, heap);

    private static bool WriteBoolean(ReadOnlySpan<byte> text, ByteHeap heap)
    {
        var isTrue = text.SequenceEqual("1"u8) || Ascii.EqualsIgnoreCase(text, "true"u8);
        if (!isTrue && !text.SequenceEqual("0"u8) && !Ascii.EqualsIgnoreCase(text, "false"u8))
        {
            return false;
        }

        heap.Append(isTrue ? "true"u8 : "false"u8);
        return true;
    }

    private static ReadOnlySpan<byte> Format(long value, Span<byte> digits)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out var length);
        return digits[..length];
    }

    /// <summary>digits [ . digits ] [ e [sign] digits ], without a sign before it.</summary>
    private static bool IsJsonNumber(ReadOnlySpan<byte> text)
    {
        var rest = text[Digits(text)..];
        if (rest.Length == text.Length)
        {
            return false;
        }

        if (!rest.IsEmpty && rest[0] == '.')
        {
            var fraction = Digits(rest[1..]);
            if (fraction == 0)
            {
                return false;
            }

            rest = rest[(1 + fraction)..];
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        rest = rest[1..];
        rest = !rest.IsEmpty && rest[0] is (byte)'+' or (byte)'-' ? rest[1..] : rest;
        return !rest.IsEmpty && Digits(rest) == rest.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
