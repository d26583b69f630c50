using System.Globalization;
using System.Text;
using Sluice.Connectors.Selects;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql.Slicing;

/// <summary>Cuts a table by the values of its split key, without a gap and without an overlap (S-10).</summary>
/// <param name="table">Quoted.</param>
/// <param name="key">Quoted.</param>
internal sealed class Slicer(MySqlConnection connection, string table, string key, PlacedText given, string? where)
{
    /// <summary>The bounds of text slices are looked up in one statement; more would make it too long.</summary>
    private const int MostTextSlices = 256;

    /// <summary>The server sorts by a prefix of long values; a longer bound might stand at the wrong place.</summary>
    private const int LongestBound = 128;

    /// <exception cref="ConfigException">The key is missing, or neither an integer nor text.</exception>
    public MySqlColumn KeyColumn()
    {
        using var result = connection.Query($"SELECT {key} FROM {table} LIMIT 0", given.Place);
        _ = result.ToList();
        var column = result.Columns[0];
        return column.IsInteger || column.IsString
            ? column
            : throw new ConfigException(given.Place, $"'splitPk' is \"{given.Text}\", which is neither an integer nor a text column; name another one, or drop splitPk");
    }

    public IReadOnlyList<Slice> Cut(MySqlColumn column, int count)
    {
        if (count == 1 || Ends() is not var (min, max))
        {
            return [Slice.Whole];
        }

        var bounds = column.IsInteger ? IntegerBounds(min, max, count) : TextBounds(column, min, max, Math.Min(count, MostTextSlices));
        return Slice.Between(bounds, column.IsNullable);
    }

    /// <summary>Splits <c>[min, max]</c> evenly. 128 bits hold the difference of any two 64-bit integers, signed or not, times a count.</summary>
    internal static IReadOnlyList<string> IntegerBounds(Int128 min, Int128 max, int count)
    {
        var range = max - min + 1;
        var slices = Int128.Min(count, range);
        return [.. Enumerable.Range(1, Math.Max(0, (int)slices - 1)).Select(i => (min + (range * i / slices)).ToString(CultureInfo.InvariantCulture))];
    }

    private static IReadOnlyList<string> IntegerBounds(byte[] min, byte[] max, int count) =>
        IntegerBounds(Int128.Parse(min, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), Int128.Parse(max, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), count);

    /// <summary>The smallest and the largest key; null for a table without any.</summary>
    private (byte[] Min, byte[] Max)? Ends()
    {
        using var result = connection.Query(SelectText.Of([$"MIN({key})", $"MAX({key})"], table, where), given.Place);
        return result.ToList() is [[{ } min, { } max]] ? (min, max) : null;
    }

    /// <summary>Guesses candidates between the ends and lets the server turn each into the next key that exists, and put these
    /// into the order of the column's collation, which nobody else knows.</summary>
    private IReadOnlyList<string> TextBounds(MySqlColumn column, byte[] min, byte[] max, int count)
    {
        var candidates = TextCandidates.Between(column, min, max, count - 1);
        try
        {
            return Existing(column, candidates);
        }
        catch (ConfigException) when (!column.IsBinary)
        {
            // A guess between two keys may have no place in the column's character set; ASCII is in all of them.
            return Existing(column, [.. candidates.Where(c => Ascii.IsValid(c))]);
        }
    }

    private IReadOnlyList<string> Existing(MySqlColumn column, IReadOnlyList<byte[]> candidates)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        var lookups = candidates.Select(c => $"SELECT MIN({key}) AS bound FROM {table} WHERE {key} >= {SqlLiteral.Of(column, c)}");
        using var result = connection.Query(
            $"SELECT DISTINCT bound FROM ({string.Join(" UNION ALL ", lookups)}) AS bounds WHERE bound IS NOT NULL ORDER BY bound", given.Place);
        return [.. result.ToList().Select(r => r[0]!).Where(b => b.Length <= LongestBound).Select(b => SqlLiteral.Of(column, b))];
    }
}
