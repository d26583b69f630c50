using System.Globalization;
using System.Text;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Files;

/// <summary>When a line of csv goes on: a line break between quotes belongs to the field (RFC 4180). Quotes begin a field; anywhere else
/// they are letters.</summary>
internal sealed record QuoteRule(byte Quote, byte? Escape, byte[] Delimiter, bool HasComments)
{
    private static readonly Option<string?> s_quote = Option.Text("csv.quote-character", null, "");
    private static readonly Option<string?> s_noQuotes = Option.Text("csv.disable-quote-character", null, "");
    private static readonly Option<string?> s_escape = Option.Text("csv.escape-character", null, "");
    private static readonly Option<string?> s_delimiter = Option.Text("csv.field-delimiter", null, "");
    private static readonly Option<string?> s_comments = Option.Text("csv.allow-comments", null, "");

    /// <summary>Looks at the options of the csv format, which takes them itself. Null where there are no quotes.</summary>
    public static QuoteRule? Of(ChosenFormat chosen)
    {
        string? Text(IOption option) => chosen.Context.Options.NodeOf(option)?.Text;
        if (chosen.Format.Name != "csv" || IsTrue(Text(s_noQuotes)) || First(Text(s_quote) ?? "\"") is not { } quote)
        {
            return null;
        }

        return new QuoteRule(quote, First(Text(s_escape) ?? ""), Encoding.UTF8.GetBytes(Unescaped(Text(s_delimiter) ?? ",")), IsTrue(Text(s_comments)));
    }

    private static bool IsTrue(string? text) => bool.TryParse(text, out var value) && value;

    private static byte? First(string text) => Unescaped(text) is { Length: 1 } one && char.IsAscii(one[0]) ? (byte)one[0] : null;

    /// <summary>A delimiter may be written as <c>\t</c> or as <c>\u0001</c>.</summary>
    private static string Unescaped(string text) => text switch
    {
        "\\t" => "\t",
        ['\\', 'u', _, _, _, _] when int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => ((char)code).ToString(),
        _ => text,
    };
}
