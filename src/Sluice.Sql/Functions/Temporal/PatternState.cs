using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>The date patterns of one place of call, read again only where they change.</summary>
internal sealed class PatternState
{
    public static readonly Utf8 DefaultTimestamp = Utf8.Of("yyyy-MM-dd HH:mm:ss");

    private readonly byte[]?[] _texts = new byte[2][];
    private readonly DatePattern?[] _patterns = new DatePattern[2];

    public DatePattern Find(Utf8 pattern, PatternDialect dialect)
    {
        if (_patterns[(int)dialect] is { } known && pattern.Span.SequenceEqual(_texts[(int)dialect]))
        {
            return known;
        }

        var parsed = DatePattern.Parse(pattern.ToString(), dialect);
        _texts[(int)dialect] = pattern.Span.ToArray();
        return _patterns[(int)dialect] = parsed;
    }
}
