using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Sql.Parsing;

/// <summary>How an error of a script is shown: <c>file:line:column: message</c>, the line, and a caret line under the words.</summary>
internal static partial class SqlErrorText
{
    /// <summary>Columns of the line that are shown; a longer line is cut around the word.</summary>
    public const int MaxColumns = 120;

    private const int MaxCarets = 60;
    private const char Cut = '…';

    public static string Render(SourceText source, SqlError error)
    {
        var (line, start, length) = source.LineAt(error.Span);

        // A name in backticks may have line breaks, and a message quotes it.
        var message = string.Create(error.Message.Length, error.Message, (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        return $"{source.PlaceOf(error.Span)}: {message}\n{Excerpt(WithoutSecrets(line), start, length)}";
    }

    /// <summary>The line and the caret line, without a line break at the end.</summary>
    private static string Excerpt(string line, int start, int length)
    {
        var from = 0;
        var head = "";
        if (Columns(line.AsSpan(0, start)) > MaxColumns / 2 && Columns(line) > MaxColumns)
        {
            (from, head) = (Back(line, start, MaxColumns / 3), Cut.ToString());
        }

        var shown = new StringBuilder(head);
        var carets = new StringBuilder(head.Length == 0 ? "" : " ");
        var underlined = 0;
        var columns = head.Length;
        var at = from;
        foreach (var rune in line.AsSpan(from).EnumerateRunes())
        {
            var width = TextColumns.Width(rune);
            if (columns + width > MaxColumns)
            {
                shown.Append(Cut);
                break;
            }

            // A tab stays one, above and below, so that both lines move alike.
            shown.Append(Rune.IsControl(rune) && rune.Value != '\t' ? " " : rune.ToString());
            if (at < start)
            {
                carets.Append(rune.Value == '\t' ? "\t" : new string(' ', width));
            }
            else if (at < start + length && underlined < MaxCarets)
            {
                carets.Append('^', width);
                underlined += width;
            }

            columns += width;
            at += rune.Utf16SequenceLength;
        }

        return $"{shown}\n{carets}{(underlined == 0 ? "^" : "")}";
    }

    /// <summary>The offset that lies some columns before another, never inside of a character.</summary>
    private static int Back(string line, int offset, int columns)
    {
        while (offset > 0 && columns > 0)
        {
            offset -= offset > 1 && char.IsLowSurrogate(line[offset - 1]) ? 2 : 1;
            columns--;
        }

        return offset;
    }

    private static int Columns(ReadOnlySpan<char> text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += TextColumns.Width(rune);
        }

        return columns;
    }

    /// <summary>The value of an option whose name says that it is secret is not shown, wherever the error is. Lengths stay.</summary>
    private static string WithoutSecrets(string line) =>
        SecretOption().Replace(line, match => match.Groups["key"].Value + new string('*', match.Groups["value"].Length));

    [GeneratedRegex(@"(?<key>(?i:password|passwd|secret|token|jaas)[\w.\-]*['`]?\s*[=,]?\s*')(?<value>(?:[^']|'')+)", RegexOptions.CultureInvariant)]
    private static partial Regex SecretOption();
}
