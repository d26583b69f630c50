using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions.Patterns;

/// <summary>The pattern that a place of call used last: a constant one is compiled once. One for each task.</summary>
internal sealed class PatternState
{
    private byte[]? _pattern;
    private byte[] _escape = [];
    private LikePattern? _like;
    private SimilarPattern? _similar;

    public bool Like(Utf8 text, Utf8 pattern)
    {
        if (!Same(pattern, Utf8.Empty))
        {
            _like = new LikePattern(pattern.Span, null);
        }

        return _like!.Matches(text);
    }

    public bool Like(Utf8 text, Utf8 pattern, Utf8 escape)
    {
        if (!Same(pattern, escape))
        {
            CheckEscape(escape);
            _like = new LikePattern(pattern.Span, escape);
        }

        return _like!.Matches(text);
    }

    public bool Similar(Utf8 text, Utf8 pattern)
    {
        if (!Same(pattern, Utf8.Empty))
        {
            _similar = new SimilarPattern(pattern.ToString(), null);
        }

        return _similar!.Matches(text);
    }

    public bool Similar(Utf8 text, Utf8 pattern, Utf8 escape)
    {
        if (!Same(pattern, escape))
        {
            CheckEscape(escape);
            _similar = new SimilarPattern(pattern.ToString(), escape.ToString());
        }

        return _similar!.Matches(text);
    }

    private static void CheckEscape(Utf8 escape)
    {
        if (escape.ToString().EnumerateRunes().Count() > 1)
        {
            throw new DataException($"the escape character '{escape}' is more than one character");
        }
    }

    private bool Same(Utf8 pattern, Utf8 escape)
    {
        if (_pattern is not null && pattern.Span.SequenceEqual(_pattern) && escape.Span.SequenceEqual(_escape))
        {
            return true;
        }

        (_pattern, _escape) = (pattern.Span.ToArray(), escape.Span.ToArray());
        (_like, _similar) = (null, null);
        return false;
    }
}
