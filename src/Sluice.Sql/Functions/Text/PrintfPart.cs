using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Functions.Text;

/// <summary>Literal text, where the conversion is <c>\0</c>, or <c>%[argument$][flags][width][.precision]conversion</c>.</summary>
/// <param name="Argument">From 0.</param>
/// <param name="Precision">-1 where none is given.</param>
internal sealed record PrintfPart(string Literal, int Argument, string Flags, int Width, int Precision, char Conversion)
{
    private const int MaxWidth = 1_000_000;

    public bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

    /// <returns>Null: the format is none.</returns>
    /// <exception cref="DataException">A conversion of Java that is not supported.</exception>
    public static List<PrintfPart>? Parse(string format)
    {
        var parts = new List<PrintfPart>();
        var (next, last) = (0, -1);
        for (var at = 0; at < format.Length;)
        {
            var percent = format.IndexOf('%', at);
            if (percent != at)
            {
                var end = percent < 0 ? format.Length : percent;
                parts.Add(new PrintfPart(format[at..end], 0, "", 0, -1, '\0'));
                at = end;
                continue;
            }

            at++;
            if (Read(format, ref at, ref next, ref last) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return parts;
    }

    private static PrintfPart? Read(string format, ref int at, ref int next, ref int last)
    {
        var start = at;
        var argument = ReadNumber(format, ref at) - 1;
        if (argument >= 0 && at < format.Length && format[at] == '$')
        {
            at++;
        }
        else
        {
            // It was a flag 0 or a width.
            (argument, at) = (-1, start);
        }

        var flags = new StringBuilder();
        while (at < format.Length && "-#+ 0,(<".Contains(format[at], StringComparison.Ordinal))
        {
            flags.Append(format[at++]);
        }

        var width = Math.Max(0, ReadNumber(format, ref at));
        var precision = -1;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            precision = ReadNumber(format, ref at);
            if (precision < 0)
            {
                return null;
            }
        }

        if (at >= format.Length || width > MaxWidth || precision > MaxWidth)
        {
            return null;
        }

        var conversion = format[at++];
        switch (conversion)
        {
            case 'n':
                return new PrintfPart("\n", 0, "", 0, -1, '\0');
            case '%':
                return new PrintfPart("%".PadLeft(width), 0, "", 0, -1, '\0');
            case 't' or 'T' or 'h' or 'H' or 'a' or 'A':
                throw new DataException($"PRINTF: %{conversion} is not supported; allowed: b, c, d, e, f, g, n, o, s, x and %%");
        }

        if (!"bBcCdeEfgGosSxX".Contains(conversion, StringComparison.Ordinal))
        {
            return null;
        }

        last = argument >= 0 ? argument : flags.ToString().Contains('<', StringComparison.Ordinal) ? last : next++;
        return last < 0 ? null : new PrintfPart("", last, flags.ToString(), width, precision, conversion);
    }

    private static int ReadNumber(string format, ref int at)
    {
        var start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]) && at - start < 9)
        {
            at++;
        }

        return at == start ? -1 : int.Parse(format.AsSpan(start, at - start), CultureInfo.InvariantCulture);
    }
}
