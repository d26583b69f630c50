using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Regexes;

/// <summary>The regular expression of one place of call, compiled once where it is a constant, and the characters of the text at hand.</summary>
internal sealed class RegexState
{
    /// <summary>Longer than this no expression may work on one text.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private byte[] _pattern = [];
    private bool _isCompiled;
    private char[] _characters = new char[256];
    private int _length;

    /// <summary>Null: the pattern is none.</summary>
    public Regex? Regex { get; private set; }

    /// <summary>The text taken last.</summary>
    public ReadOnlySpan<char> Characters => _characters.AsSpan(0, _length);

    /// <summary>Compiles the pattern if it is another one than before, and takes the text.</summary>
    /// <returns>False: the pattern is no regular expression.</returns>
    /// <exception cref="DataException">The pattern has a construct of Java that is not supported.</exception>
    public bool Take(Utf8 text, Utf8 pattern)
    {
        if (!Compile(pattern))
        {
            return false;
        }

        if (_characters.Length < text.Length)
        {
            _characters = new char[Math.Max(text.Length, _characters.Length * 2)];
        }

        _length = Encoding.UTF8.GetChars(text.Span, _characters);
        return true;
    }

    public bool Compile(Utf8 pattern)
    {
        if (!_isCompiled || !pattern.Span.SequenceEqual(_pattern))
        {
            _pattern = pattern.Span.ToArray();
            Regex = Create(pattern.ToString(), isFirst: !_isCompiled);
            _isCompiled = true;
        }

        return Regex is not null;
    }

    /// <summary>The bytes of a run of the characters taken last.</summary>
    public Utf8 Write(int start, int length, ByteHeap heap)
    {
        var run = _characters.AsSpan(start, length);
        var size = Encoding.UTF8.GetBytes(run, heap.Reserve(Encoding.UTF8.GetMaxByteCount(length)));
        return new Utf8(heap.Bytes, heap.Take(size), size);
    }

    public static DataException TooLong(RegexMatchTimeoutException e) =>
        new($"the regular expression '{e.Pattern}' took more than {s_limit.TotalSeconds:0} s for one text; write it without nested repetitions", e);

    /// <param name="isFirst">It is a constant, most likely, and worth making fast.</param>
    private static Regex? Create(string pattern, bool isFirst)
    {
        var translated = JavaRegex.Translate(pattern);
        if (translated is null)
        {
            return null;
        }

        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | (isFirst ? RegexOptions.Compiled : RegexOptions.None), s_limit);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
