using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Selects;

/// <summary>Names that stand for many tables: <c>t_[0-99]</c>, <c>t_[00-15]</c>, which keeps its width (S-10).</summary>
internal static partial class TableRanges
{
    /// <summary>More tables than this are a slip of the keyboard.</summary>
    public const int MostTables = 100_000;

    /// <exception cref="ConfigException">The range runs backwards or is too long.</exception>
    public static IReadOnlyList<string> Expand(string name, Place place)
    {
        if (Range().Match(name) is not { Success: true } range)
        {
            return [name];
        }

        var (from, to) = (range.Groups["from"].Value, range.Groups["to"].Value);
        if (!int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first || last - first >= MostTables)
        {
            throw new ConfigException(place, $"'{name}': the range [{from}-{to}] must go upwards and name at most {MostTables} tables");
        }

        var width = from.StartsWith('0') ? from.Length : 1;
        var names = new List<string>();
        for (var i = first; i <= last; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
            names.AddRange(Expand(name[..range.Index] + number + name[(range.Index + range.Length)..], place));
            if (names.Count > MostTables)
            {
                throw new ConfigException(place, $"'{name}' names more than {MostTables} tables");
            }
        }

        return names;
    }

    [GeneratedRegex(@"\[(?<from>\d+)-(?<to>\d+)\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();
}
