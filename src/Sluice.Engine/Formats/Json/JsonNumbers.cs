using System.Text.Json;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>TINYINT, SMALLINT, INT: a number, or a text of sign and digits. Only INT takes a fraction, which is cut.</summary>
internal sealed class JsonInt(int min, int max, bool takesFractions) : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !Whole.TryRead(text, reader.TokenType == JsonTokenType.Number && takesFractions, out var value)
            || value < min || value > max)
        {
            return false;
        }

        ((ValueColumn<int>)column).Set(row, (int)value);
        return true;
    }
}

/// <summary>BIGINT: a number, whose fraction is cut, or a text of sign and digits.</summary>
internal sealed class JsonBigInt : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !Whole.TryRead(text, reader.TokenType == JsonTokenType.Number, out var value))
        {
            return false;
        }

        ((ValueColumn<long>)column).Set(row, value);
        return true;
    }
}

internal sealed class JsonDouble : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !TextParser.TryParseDouble(text, out var value))
        {
            return false;
        }

        ((ValueColumn<double>)column).Set(row, value);
        return true;
    }
}

internal sealed class JsonFloat : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !TextParser.TryParseFloat(text, out var value))
        {
            return false;
        }

        ((ValueColumn<float>)column).Set(row, value);
        return true;
    }
}

/// <summary>Rounded to the scale; null where it has too many digits before the point, as in Flink.</summary>
internal sealed class JsonDecimal(int precision, int scale) : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text))
        {
            return false;
        }

        if (TextParser.TryParseDecimal(text, precision, scale, out var value, out var overflows))
        {
            ((ValueColumn<SqlDecimal>)column).Set(row, value);
            return true;
        }

        column.SetNull(row);
        return overflows;
    }
}

/// <summary>Integers out of numbers.</summary>
internal static class Whole
{
    /// <param name="takesFractions">Whether a point or an exponent may follow the digits: the fraction is cut.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, bool takesFractions, out long value)
    {
        if (TextParser.TryParseWhole(text, out value))
        {
            return true;
        }

        // The next double after the largest long is 2^63.
        if (takesFractions && TextParser.TryParseDouble(text, out var number) && number is >= long.MinValue and < 9223372036854775808.0)
        {
            value = (long)number;
            return true;
        }

        return false;
    }
}
