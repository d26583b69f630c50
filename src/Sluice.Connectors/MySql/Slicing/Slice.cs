using System.Text.RegularExpressions;

namespace Sluice.Connectors.MySql.Slicing;

/// <summary>A range of the split key.</summary>
/// <param name="Suffix">What it adds to the table's name to make the split's.</param>
/// <param name="From">The least value in it, as a literal of SQL; null: open.</param>
/// <param name="To">The least value that is beyond it; null: open.</param>
/// <param name="IsNull">The rows whose key is NULL, and no others.</param>
internal sealed partial record Slice(string Suffix, string? From = null, string? To = null, bool IsNull = false)
{
    public static readonly Slice Whole = new("");

    private const string Null = "null";
    private const string Open = "*";

    /// <summary>The bounds as they are stored: a literal or <c>*</c> for each end, or <c>null</c>.</summary>
    public string State => IsNull ? Null : $"{From ?? Open} {To ?? Open}";

    /// <summary>Slices between bounds, which ascend as the server compares them. The first and the last are open, so that rows
    /// added beyond the ends are read too; NULL is in none of them and gets its own.</summary>
    public static IReadOnlyList<Slice> Between(IReadOnlyList<string> bounds, bool withNull)
    {
        if (bounds.Count == 0)
        {
            return [Whole];
        }

        var slices = new List<Slice>();
        for (var i = 0; i <= bounds.Count; i++)
        {
            slices.Add(new Slice($"#{i + 1}", i == 0 ? null : bounds[i - 1], i == bounds.Count ? null : bounds[i]));
        }

        if (withNull)
        {
            slices.Add(new Slice("#null", IsNull: true));
        }

        return slices;
    }

    /// <summary>A slice that was stored; null where the text is not what <see cref="State"/> gives. It becomes part of a statement, and the store is not ours alone:
    /// nothing but literals is taken.</summary>
    public static Slice? Parse(string suffix, string state)
    {
        if (state == Null)
        {
            return new Slice(suffix, IsNull: true);
        }

        return Bounds().Match(state) is { Success: true } match ? new Slice(suffix, Bound(match.Groups["from"]), Bound(match.Groups["to"])) : null;

        static string? Bound(Group group) => group.Value == Open ? null : group.Value;
    }

    /// <summary>Which rows are in it; null: all.</summary>
    /// <param name="key">Quoted.</param>
    public string? Condition(string key) => (From, To) switch
    {
        _ when IsNull => $"{key} IS NULL",
        (null, null) => null,
        ({ } from, null) => $"{key} >= {from}",
        (null, { } to) => $"{key} < {to}",
        var (from, to) => $"{key} >= {from} AND {key} < {to}",
    };

    [GeneratedRegex($@"^(?<from>\*|{SqlLiteral.Pattern}) (?<to>\*|{SqlLiteral.Pattern})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bounds();
}
