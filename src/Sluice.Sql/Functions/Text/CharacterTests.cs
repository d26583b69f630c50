using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>IS_ALPHA, IS_DIGIT and IS_DECIMAL: false for null and for the empty text.</summary>
internal static class CharacterTests
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("IS_ALPHA", [new([Character], Returning.Boolean, IsAlpha), new([Any], Returning.Boolean, Never)]),
        new("IS_DIGIT", [new([Character], Returning.Boolean, IsDigit), new([Any], Returning.Boolean, IsInteger)]),
        new("IS_DECIMAL", [new([Character], Returning.Boolean, IsDecimal), new([Any], Returning.Boolean, IsNumber)]),
    ];

    public static bool IsAlpha(Utf8? text)
    {
        if (text is not { Length: > 0 } value)
        {
            return false;
        }

        foreach (var rune in new RuneBytes(value.Span))
        {
            if (!Rune.IsLetter(rune))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsDigit(Utf8? text)
    {
        if (text is not { Length: > 0 } value)
        {
            return false;
        }

        foreach (var rune in new RuneBytes(value.Span))
        {
            if (!Rune.IsDigit(rune))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What Java reads as a double: with an exponent, a suffix f or d, NaN and Infinity, blanks around it.</summary>
    public static bool IsDecimal(Utf8? text)
    {
        if (text is not { Length: > 0 } value)
        {
            return false;
        }

        var number = value.Span;
        while (!number.IsEmpty && number[0] <= ' ')
        {
            number = number[1..];
        }

        while (!number.IsEmpty && number[^1] <= ' ')
        {
            number = number[..^1];
        }

        if (!number.IsEmpty && (number[0] is (byte)'+' or (byte)'-'))
        {
            number = number[1..];
        }

        return number.SequenceEqual("NaN"u8) || number.SequenceEqual("Infinity"u8) || IsFloat(number);
    }

    public static bool Never(Cell? value) => false;

    public static bool IsInteger(Cell? value, SqlType[] types) => value is { IsNull: false } && types[0].IsInteger;

    public static bool IsNumber(Cell? value, SqlType[] types) => value is { IsNull: false } && types[0].IsNumeric;

    private static bool IsFloat(ReadOnlySpan<byte> number)
    {
        var at = 0;
        var digits = Digits(number, ref at);
        if (at < number.Length && number[at] == '.')
        {
            at++;
            digits += Digits(number, ref at);
        }

        if (digits == 0)
        {
            return false;
        }

        if (at < number.Length && (number[at] is (byte)'e' or (byte)'E'))
        {
            at++;
            if (at < number.Length && (number[at] is (byte)'+' or (byte)'-'))
            {
                at++;
            }

            if (Digits(number, ref at) == 0)
            {
                return false;
            }
        }

        if (at < number.Length && (number[at] is (byte)'f' or (byte)'F' or (byte)'d' or (byte)'D'))
        {
            at++;
        }

        return at == number.Length;
    }

    private static int Digits(ReadOnlySpan<byte> number, ref int at)
    {
        var start = at;
        while (at < number.Length && char.IsAsciiDigit((char)number[at]))
        {
            at++;
        }

        return at - start;
    }
}
