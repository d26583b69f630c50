using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Csv;

/// <summary><c>'format' = 'csv'</c>: a message is one line, whose fields are the columns in the order of the table.</summary>
internal sealed class CsvFormat : IFormat
{
    private static readonly Option<string?> s_delimiter = Option.Text("csv.field-delimiter", ",", "One character between the fields; `\\t` and `\\u0001` may be written so.");
    private static readonly Option<bool> s_noQuotes = Option.Boolean("csv.disable-quote-character", false, "Whether quotes mean nothing; then csv.quote-character may not be given.");
    private static readonly Option<string?> s_quote = Option.Text("csv.quote-character", "\"", "The character around fields that hold delimiters; within them it is doubled.");
    private static readonly Option<bool> s_comments = Option.Boolean("csv.allow-comments", false, "Whether lines that begin with `#` are skipped.");
    private static readonly Option<bool> s_ignoreErrors = Option.Boolean("csv.ignore-parse-errors", false, "Skips lines that cannot be read, and sets a field that is missing or no value of its column's type to NULL, where the job would stop.");
    private static readonly Option<string?> s_elementDelimiter = Option.Text("csv.array-element-delimiter", ";", "One character between the elements of an ARRAY and the fields of a ROW.");
    private static readonly Option<string?> s_escape = Option.Text("csv.escape-character", null, "The character before one that is to be taken as it is.");
    private static readonly Option<string?> s_nullLiteral = Option.Text("csv.null-literal", null, "The field that stands for NULL. Without it none does in reading, and NULL is written as an empty field.");
    private static readonly Option<bool> s_scientific = Option.Boolean("csv.write-bigdecimal-in-scientific-notation", true, "Writes decimals as BigDecimal prints them without trailing zeros: 100000 as 1E+5.");

    public string Name => "csv";

    public string Summary => "Lines of separated values, in the order of the table's columns.";

    public IReadOnlyList<IOption> Options =>
        [s_delimiter, s_noQuotes, s_quote, s_comments, s_ignoreErrors, s_elementDelimiter, s_escape, s_nullLiteral, s_scientific];

    public bool HasChangelog => false;

    public Func<Decoder> Reading(FormatContext context)
    {
        var settings = Take(context);
        return () => new CsvDecoder(settings, context.Columns);
    }

    public Func<Encoder> Writing(FormatContext context)
    {
        var settings = Take(context);
        return () => new CsvEncoder(settings, context.Columns);
    }

    private static CsvSettings Take(FormatContext context)
    {
        var options = context.Options;
        foreach (var column in context.Columns)
        {
            Check(column.Type, column.Name, isNested: false, context);
        }

        var noQuotes = options.Take(s_noQuotes);
        if (noQuotes && options.Has(s_quote))
        {
            throw new ConfigException(options.PlaceOf(s_quote), $"'{s_quote.Name}' is given and '{s_noQuotes.Name}' is true; give one of them");
        }

        var quote = AsciiOf(options, s_quote);
        return new CsvSettings(
            CharacterOf(options, s_delimiter, unescape: true)!,
            noQuotes ? null : quote,
            options.Take(s_comments),
            options.Take(s_ignoreErrors),
            CharacterOf(options, s_elementDelimiter, unescape: false)!,
            AsciiOf(options, s_escape),
            options.Take(s_nullLiteral) is { } literal ? Encoding.UTF8.GetBytes(literal) : null,
            options.Take(s_scientific));
    }

    private static void Check(SqlType type, string name, bool isNested, FormatContext context)
    {
        if (type.Kind is TypeKind.Map or TypeKind.Multiset || (isNested && !type.IsScalar))
        {
            throw new ConfigException(context.Place, $"column '{name}' holds {type.Nullable()}{(isNested ? " within another value" : "")}, which the format 'csv' does not have; ARRAY and ROW of scalar types it has");
        }

        foreach (var nested in type.Element is { } element ? [element] : type.Fields.Select(f => f.Type))
        {
            Check(nested, name, isNested: true, context);
        }
    }

    private static byte? AsciiOf(OptionBag options, Option<string?> option) => CharacterOf(options, option, unescape: false) switch
    {
        null => null,
        [var b] => b,
        _ => throw new ConfigException(options.PlaceOf(option), $"'{option.Name}' is {options.NodeOf(option)?.Show()}; allowed: one character of ASCII"),
    };

    /// <summary>The UTF-8 of an option that takes one character.</summary>
    private static byte[]? CharacterOf(OptionBag options, Option<string?> option, bool unescape)
    {
        var given = options.Take(option);
        if (given is null)
        {
            return null;
        }

        var text = unescape ? Unescape(given) : given;
        return text.EnumerateRunes().Count() == 1
            ? Encoding.UTF8.GetBytes(text)
            : throw new ConfigException(options.PlaceOf(option), $"'{option.Name}' is \"{given}\"; allowed: one character");
    }

    /// <summary>What Java's notation of a character stands for.</summary>
    private static string Unescape(string text) => text switch
    {
        "\\t" => "\t",
        "\\n" => "\n",
        "\\r" => "\r",
        "\\f" => "\f",
        "\\b" => "\b",
        "\\\\" => "\\",
        "\\\"" => "\"",
        "\\'" => "'",
        _ when Regex.IsMatch(text, @"^\\u+[0-9A-Fa-f]{4}\z", RegexOptions.CultureInvariant) => ((char)Convert.ToUInt16(text[^4..], 16)).ToString(),
        _ => text,
    };
}
