using System.Globalization;

namespace Sluice.Engine.Connectors;

/// <summary>How far a split has been read: everything before it is covered. <see cref="Ordinal"/> counts rows of the split
/// (for a topic it is the offset of the next message); <see cref="Key"/> is the key of the last row where the split is read in key order.
/// <see cref="IsEnd"/>: nothing is left to read.</summary>
public readonly record struct Position(long Ordinal, string? Key = null, bool IsEnd = false)
{
    private const string End = " end";
    private const string Word = " key ";

    /// <summary>What <see cref="ToString"/> gave.</summary>
    public static bool TryParse(string text, out Position position)
    {
        var digits = text.AsSpan().IndexOf(' ') is var space and >= 0 ? text.AsSpan(0, space) : text;
        var rest = text.AsSpan(digits.Length);
        var isEnd = rest.StartsWith(End, StringComparison.Ordinal);
        rest = rest[(isEnd ? End.Length : 0)..];
        var hasKey = rest.StartsWith(Word, StringComparison.Ordinal);
        var isPosition = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ordinal) && (rest.IsEmpty || hasKey);
        position = isPosition ? new Position(ordinal, hasKey ? rest[Word.Length..].ToString() : null, isEnd) : default;
        return isPosition;
    }

    /// <summary>The form in which it is stored: <c>4000</c>, <c>4000 key &gt; 17</c>, <c>4000 end</c>.</summary>
    public override string ToString() => Ordinal.ToString(CultureInfo.InvariantCulture) + (IsEnd ? End : "") + (Key is null ? "" : Word + Key);
}
