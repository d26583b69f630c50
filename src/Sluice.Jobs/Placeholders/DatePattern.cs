using System.Globalization;
using System.Text;

namespace Sluice.Jobs.Placeholders;

/// <summary>How a date is written: <c>yyyy</c>, <c>yy</c>, <c>mm</c>, <c>dd</c>, with a time also <c>hh24</c>, <c>mi</c>, <c>ss</c>,
/// and separators between them. It ends where the text goes on with something else.</summary>
internal sealed class DatePattern
{
    private const string Separators = "-/._: ";

    private static readonly string[] s_dateParts = ["yyyy", "yy", "mm", "dd"];
    private static readonly string[] s_timeParts = [.. s_dateParts, "hh24", "mi", "ss"];

    private readonly List<string> _parts = [];

    private DatePattern()
    {
    }

    public int Length { get; private set; }

    public bool HasDay => _parts.Contains("dd");

    public bool HasMonth => _parts.Contains("mm");

    /// <summary>The pattern at the start of a text; null where there is none.</summary>
    public static DatePattern? At(string text, bool withTime)
    {
        var pattern = new DatePattern();
        var known = withTime ? s_timeParts : s_dateParts;
        while (true)
        {
            var at = pattern.Length;
            while (pattern._parts.Count > 0 && at < text.Length && Separators.Contains(text[at], StringComparison.Ordinal))
            {
                at++;
            }

            if (known.FirstOrDefault(p => text.AsSpan(at).StartsWith(p, StringComparison.Ordinal)) is not { } part)
            {
                // A separator that no part follows is not the pattern's: yyyymmdd-1.
                return pattern._parts.Count == 0 ? null : pattern;
            }

            if (at > pattern.Length)
            {
                pattern._parts.Add(text[pattern.Length..at]);
            }

            pattern._parts.Add(part);
            pattern.Length = at + part.Length;
        }
    }

    public string Format(DateTime time)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part switch
            {
                "yyyy" => time.Year.ToString("D4", CultureInfo.InvariantCulture),
                "yy" => (time.Year % 100).ToString("D2", CultureInfo.InvariantCulture),
                "mm" => time.Month.ToString("D2", CultureInfo.InvariantCulture),
                "dd" => time.Day.ToString("D2", CultureInfo.InvariantCulture),
                "hh24" => time.Hour.ToString("D2", CultureInfo.InvariantCulture),
                "mi" => time.Minute.ToString("D2", CultureInfo.InvariantCulture),
                "ss" => time.Second.ToString("D2", CultureInfo.InvariantCulture),
                _ => part,
            });
        }

        return text.ToString();
    }
}
