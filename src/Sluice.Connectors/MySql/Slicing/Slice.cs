namespace Sluice.Connectors.MySql.Slicing;

/// <summary>A range of the split key.</summary>
/// <param name="Suffix">What it adds to the table's name to make the split's.</param>
/// <param name="Condition">Which rows are in it; null: all.</param>
internal sealed record Slice(string Suffix, string? Condition)
{
    public static readonly Slice Whole = new("", null);

    /// <summary>Slices between bounds, which ascend as the server compares them. The first and the last are open, so that rows
    /// added beyond the ends are read too; NULL is in none of them and gets its own.</summary>
    public static IReadOnlyList<Slice> Between(string key, IReadOnlyList<string> bounds, bool withNull)
    {
        if (bounds.Count == 0)
        {
            return [Whole];
        }

        var slices = new List<Slice>();
        for (var i = 0; i <= bounds.Count; i++)
        {
            var from = i == 0 ? null : $"{key} >= {bounds[i - 1]}";
            var to = i == bounds.Count ? null : $"{key} < {bounds[i]}";
            slices.Add(new Slice($"#{i + 1}", from is null ? to : to is null ? from : $"{from} AND {to}"));
        }

        if (withNull)
        {
            slices.Add(new Slice("#null", $"{key} IS NULL"));
        }

        return slices;
    }
}
