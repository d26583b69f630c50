using Sluice.Engine.Errors;

namespace Sluice.Engine.Formats.Csv;

/// <summary>Cuts one line into its fields. It is small and works on bytes: a package for whole files would bring its own buffers,
/// and this project needs none.</summary>
internal ref struct CsvLine(ReadOnlySpan<byte> text, CsvSettings settings, CsvScratch scratch)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;
    private bool _isDone;

    /// <summary>What follows the line, once its fields are read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _text[_at..];

    /// <summary>False: there is no field left.</summary>
    /// <param name="field">Without quotes and escapes; valid until the next one.</param>
    /// <exception cref="DataException">A quote that does not end, or text after one that does.</exception>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_isDone)
        {
            return false;
        }

        field = settings.Quote is { } quote && _at < _text.Length && _text[_at] == quote ? Quoted(quote) : Plain();
        if (_at < _text.Length && _text[_at..].StartsWith(settings.Delimiter))
        {
            _at += settings.Delimiter.Length;
        }
        else
        {
            _isDone = true;
            SkipLineEnd();
        }

        return true;
    }

    /// <summary>Up to the delimiter or the line's end.</summary>
    private ReadOnlySpan<byte> Plain()
    {
        var rest = _text[_at..];
        if (settings.Escape is { } escape)
        {
            var stop = rest.IndexOfAny(settings.Delimiter[0], (byte)'\n', escape);
            if (stop >= 0 && rest[stop] == escape)
            {
                return PlainWithEscapes(escape);
            }
        }

        var end = 0;
        while (true)
        {
            var stop = rest[end..].IndexOfAny(settings.Delimiter[0], (byte)'\n', (byte)'\r');
            end = stop < 0 ? rest.Length : end + stop;
            if (stop < 0 || rest[end] is (byte)'\n' or (byte)'\r' || rest[end..].StartsWith(settings.Delimiter))
            {
                _at += end;
                return rest[..end];
            }

            end++;
        }
    }

    private ReadOnlySpan<byte> PlainWithEscapes(byte escape)
    {
        scratch.Clear();
        while (_at < _text.Length && _text[_at] is not ((byte)'\n' or (byte)'\r') && !_text[_at..].StartsWith(settings.Delimiter))
        {
            scratch.Add(_text[_at] == escape ? Unescaped() : _text[_at]);
            _at++;
        }

        return scratch.Bytes;
    }

    private ReadOnlySpan<byte> Quoted(byte quote)
    {
        var start = ++_at;
        var rest = _text[start..];
        var stop = settings.Escape is { } escape ? rest.IndexOfAny(quote, escape) : rest.IndexOf(quote);
        if (stop < 0)
        {
            throw new DataException("a quote does not end");
        }

        _at += stop;
        var isSimple = _text[_at] == quote && (_at + 1 == _text.Length || _text[_at + 1] != quote);
        var field = isSimple ? rest[..stop] : QuotedWithEscapes(start, quote);
        _at++;
        while (_at < _text.Length && _text[_at] == ' ' && settings.Delimiter[0] != ' ')
        {
            _at++;
        }

        return _at == _text.Length || _text[_at] is (byte)'\n' or (byte)'\r' || _text[_at..].StartsWith(settings.Delimiter)
            ? field
            : throw new DataException("text follows a quote that has ended");
    }

    /// <summary>Leaves the position at the quote that ends the field.</summary>
    private ReadOnlySpan<byte> QuotedWithEscapes(int start, byte quote)
    {
        scratch.Clear();
        for (_at = start; _at < _text.Length; _at++)
        {
            var b = _text[_at];
            if (b == quote)
            {
                if (_at + 1 == _text.Length || _text[_at + 1] != quote)
                {
                    return scratch.Bytes;
                }

                _at++;
            }
            else if (b == settings.Escape)
            {
                b = Unescaped();
            }

            scratch.Add(b);
        }

        throw new DataException("a quote does not end");
    }

    /// <summary>What the escape at the position stands for; moves to its last byte.</summary>
    private byte Unescaped()
    {
        if (++_at == _text.Length)
        {
            throw new DataException("nothing follows the escape character at the end");
        }

        return _text[_at] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'0' => 0,
            var other => other,
        };
    }

    private void SkipLineEnd()
    {
        if (_at < _text.Length && _text[_at] == '\r')
        {
            _at++;
        }

        if (_at < _text.Length && _text[_at] == '\n')
        {
            _at++;
        }
    }
}

/// <summary>Holds a field whose bytes are not those of the line.</summary>
internal sealed class CsvScratch
{
    private byte[] _bytes = new byte[256];
    private int _used;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    public void Clear() => _used = 0;

    public void Add(byte b)
    {
        if (_used == _bytes.Length)
        {
            Array.Resize(ref _bytes, 2 * _used);
        }

        _bytes[_used++] = b;
    }
}
