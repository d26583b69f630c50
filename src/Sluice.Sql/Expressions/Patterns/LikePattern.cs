using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions.Patterns;

/// <summary>The pattern of a LIKE: <c>%</c> is any text, <c>_</c> one character of any number of bytes, and there is no escape character unless
/// one is named. The frequent forms (equal, begins, ends, contains) are compared as bytes.</summary>
internal sealed class LikePattern
{
    private readonly Form _form;

    /// <summary>The bytes to match; where <see cref="_kinds"/> is not Byte the byte means nothing.</summary>
    private readonly byte[] _bytes;
    private readonly Kind[] _kinds;

    /// <param name="escape">A single character, or null.</param>
    /// <exception cref="DataException">The escape character stands before something else than itself, % and _.</exception>
    public LikePattern(ReadOnlySpan<byte> pattern, Utf8? escape)
    {
        var bytes = new List<byte>(pattern.Length);
        var kinds = new List<Kind>(pattern.Length);
        var escapeBytes = escape is { } e ? e.Span : default;
        for (var i = 0; i < pattern.Length; i++)
        {
            var isEscaped = escapeBytes.Length > 0 && pattern[i..].StartsWith(escapeBytes);
            if (isEscaped)
            {
                i += escapeBytes.Length;
                if (i >= pattern.Length || (pattern[i] is not ((byte)'%' or (byte)'_') && !pattern[i..].StartsWith(escapeBytes)))
                {
                    throw new DataException("the escape character of LIKE stands before something else than %, _ and itself");
                }
            }

            var kind = isEscaped ? Kind.Byte : pattern[i] switch { (byte)'%' => Kind.Any, (byte)'_' => Kind.One, _ => Kind.Byte };
            if (kind != Kind.Any || kinds.Count == 0 || kinds[^1] != Kind.Any)
            {
                bytes.Add(pattern[i]);
                kinds.Add(kind);
            }
        }

        _form = FormOf(kinds);
        (_bytes, _kinds) = _form switch
        {
            Form.Begins => ([.. bytes[..^1]], []),
            Form.Ends => ([.. bytes[1..]], []),
            Form.Contains => ([.. bytes[1..^1]], []),
            _ => (bytes.ToArray(), kinds.ToArray()),
        };
    }

    private enum Kind : byte
    {
        Byte,
        One,
        Any,
    }

    private enum Form
    {
        General,
        Equal,
        Begins,
        Ends,
        Contains,
    }

    public bool Matches(Utf8 text) => _form switch
    {
        Form.Equal => text.Span.SequenceEqual(_bytes),
        Form.Begins => text.Span.StartsWith(_bytes),
        Form.Ends => text.Span.EndsWith(_bytes),
        Form.Contains => text.Span.IndexOf(_bytes) >= 0,
        _ => General(text.Span),
    };

    private static Form FormOf(List<Kind> kinds)
    {
        if (kinds.Contains(Kind.One))
        {
            return Form.General;
        }

        var (first, last) = (kinds.Count > 0 && kinds[0] == Kind.Any, kinds.Count > 1 && kinds[^1] == Kind.Any);
        return (kinds.Count(k => k == Kind.Any), first, last) switch
        {
            (0, _, _) => Form.Equal,
            (1, true, _) => Form.Ends,
            (1, _, true) => Form.Begins,
            (2, true, true) => Form.Contains,
            _ => Form.General,
        };
    }

    /// <summary>Where a byte does not fit, the last % takes one more.</summary>
    private bool General(ReadOnlySpan<byte> text)
    {
        var (at, of, restartAt, restartOf) = (0, 0, -1, -1);
        while (at < text.Length)
        {
            if (of < _kinds.Length && _kinds[of] == Kind.Any)
            {
                (restartAt, restartOf) = (at, ++of);
            }
            else if (of < _kinds.Length && _kinds[of] == Kind.One)
            {
                at = Next(text, at);
                of++;
            }
            else if (of < _kinds.Length && _bytes[of] == text[at])
            {
                at++;
                of++;
            }
            else if (restartAt >= 0)
            {
                restartAt = Next(text, restartAt);
                (at, of) = (restartAt, restartOf);
            }
            else
            {
                return false;
            }
        }

        return of == _kinds.Length || (of == _kinds.Length - 1 && _kinds[of] == Kind.Any);
    }

    /// <summary>The start of the next character.</summary>
    private static int Next(ReadOnlySpan<byte> text, int at)
    {
        do
        {
            at++;
        }
        while (at < text.Length && (text[at] & 0xC0) == 0x80);
        return at;
    }
}
