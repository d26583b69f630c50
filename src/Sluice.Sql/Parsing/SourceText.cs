using Sluice.Engine.Errors;

namespace Sluice.Sql.Parsing;

/// <summary>
/// A script: its text as it is parsed, with the placeholders replaced, and as it stands in the file. Offsets count UTF-16 units of the
/// parsed text; lines and columns are the file's and count from 1, columns in characters.
/// </summary>
internal sealed class SourceText
{
    private readonly string _written;
    private readonly IReadOnlyList<Replacement> _replacements;
    private readonly List<int> _lineStarts = [0];

    /// <param name="file">The name that errors give, such as <c>job.sql</c>.</param>
    public SourceText(string file, string text) : this(file, text, text, [], [])
    {
    }

    private SourceText(string file, string written, string text, IReadOnlyList<Replacement> replacements, IReadOnlyList<SqlError> unresolved)
    {
        (File, _written, Text, _replacements, Unresolved) = (file, written, text, replacements, unresolved);
        for (var at = written.IndexOf('\n'); at >= 0; at = written.IndexOf('\n', at + 1))
        {
            _lineStarts.Add(at + 1);
        }
    }

    public string File { get; }

    /// <summary>What is parsed.</summary>
    public string Text { get; }

    /// <summary>Placeholders without a value. The parser reports those that do not stand in a comment.</summary>
    public IReadOnlyList<SqlError> Unresolved { get; }

    /// <summary>Replaces <c>${name}</c> and <c>$${</c> (S-4), wherever they stand.</summary>
    public static SourceText WithPlaceholders(string file, string text, PlaceholderValues values)
    {
        var replaced = PlaceholderText.Replace(text, values, new SourceText(file, text).PlaceOf);
        return new SourceText(file, text, replaced.Text, replaced.Replacements, replaced.Unresolved);
    }

    /// <summary>The parameters that the script uses, and where their values stand.</summary>
    public IEnumerable<(string Name, string Value, SourceSpan Span)> Parameters =>
        _replacements.Where(r => r.Name is not null).Select(r => (r.Name!, Text.Substring(r.Start, r.Length), new SourceSpan(r.Start, r.Length)));

    public Place PlaceOf(SourceSpan span) => PlaceOf(span.Start);

    /// <param name="offset">Within the parsed text; inside of what a placeholder stood for it is the placeholder's place.</param>
    public Place PlaceOf(int offset)
    {
        var at = WrittenStart(offset);
        var line = LineOf(at);
        return new Place(File, line + 1, TextColumns.Characters(_written.AsSpan(_lineStarts[line], at - _lineStarts[line])) + 1, "");
    }

    /// <summary>The text of a span as the file has it: with its placeholders.</summary>
    public string Written(SourceSpan span)
    {
        var start = WrittenStart(span.Start);
        return _written[start..Math.Max(start, WrittenEnd(span.End))];
    }

    /// <summary>Whether a span holds the value of a secret placeholder. Show <see cref="Written"/> in its stead.</summary>
    public bool HasSecret(SourceSpan span) => _replacements.Any(r => r.Secret && r.Start < span.End && span.Start < r.Start + r.Length);

    /// <summary>The line of the file that a span begins in, without its end, and the part of it that the span covers.</summary>
    public (string Line, int Start, int Length) LineAt(SourceSpan span)
    {
        var start = WrittenStart(span.Start);
        var line = LineOf(start);
        var from = _lineStarts[line];
        var to = line + 1 < _lineStarts.Count ? _lineStarts[line + 1] - 1 : _written.Length;
        var text = _written[from..to].TrimEnd('\r');
        var begin = Math.Min(start - from, text.Length);
        return (text, begin, Math.Clamp(WrittenEnd(span.End) - start, 0, text.Length - begin));
    }

    private int LineOf(int at)
    {
        var found = _lineStarts.BinarySearch(at);
        return found >= 0 ? found : ~found - 1;
    }

    private int WrittenStart(int offset) => ToWritten(offset, atEnd: false);

    private int WrittenEnd(int offset) => ToWritten(offset, atEnd: true);

    private int ToWritten(int offset, bool atEnd)
    {
        var shift = 0;
        foreach (var replacement in _replacements)
        {
            if (offset < replacement.Start || (atEnd && offset == replacement.Start))
            {
                break;
            }

            if (offset < replacement.Start + replacement.Length)
            {
                return replacement.WrittenStart + (atEnd ? replacement.WrittenLength : 0);
            }

            shift += replacement.WrittenLength - replacement.Length;
        }

        return Math.Min(offset + shift, _written.Length);
    }
}
