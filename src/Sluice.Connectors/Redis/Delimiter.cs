using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Connectors.Redis;

/// <summary>Delimiters as people write them (S-14): text that spells out a character's number means that character.</summary>
internal static partial class Delimiter
{
    public static string Decode(string text)
    {
        var whole = Whole().Match(text);
        return whole.Success
            ? Character(whole.Groups["digits"].Value)
            : Escaped().Replace(text, match => Character(match.Groups["digits"].Value));
    }

    /// <summary>How a delimiter reads in a message.</summary>
    public static string Show(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"U+{(int)c:X4}" : c.ToString()));

    /// <summary>How a delimiter is written in a script.</summary>
    public static string Escape(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c is '"' or '\\' ? $"\\{c}" : c.ToString()));

    private static string Character(string digits) => ((char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();

    [GeneratedRegex("^u(?<digits>[0-9a-fA-F]{4})\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\\u(?<digits>[0-9a-fA-F]{4})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Escaped();
}
