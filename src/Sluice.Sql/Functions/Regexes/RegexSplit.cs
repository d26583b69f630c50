using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Regexes;

/// <summary>Splits at a regular expression as Java does: empty parts at the end are dropped, an empty match in front gives none.</summary>
internal sealed class RegexSplit
{
    private readonly RegexState _regex = new();

    public List<Utf8> Parts { get; } = [];

    /// <param name="limit">The most parts; the last one takes the rest, and then empty ones stay.</param>
    public void Split(Utf8 text, Utf8 delimiter, int limit)
    {
        Parts.Clear();
        if (IsLiteral(delimiter.Span))
        {
            SplitAt(text, delimiter, limit);
        }
        else
        {
            SplitBy(text, delimiter, limit);
        }

        // Without any match the text is the one part, also where it is empty.
        while (limit == int.MaxValue && Parts.Count > 1 && Parts[^1].Length == 0)
        {
            Parts.RemoveAt(Parts.Count - 1);
        }
    }

    private static bool IsLiteral(ReadOnlySpan<byte> delimiter) => !delimiter.IsEmpty && delimiter.IndexOfAny(@"<([{\^-=$!|]})?*+.>"u8[..]) < 0
        || delimiter.Length == 1 && delimiter[0] is (byte)'=' or (byte)'-' or (byte)'!' or (byte)'<' or (byte)'>';

    private void SplitAt(Utf8 text, Utf8 delimiter, int limit)
    {
        var start = 0;
        while (Parts.Count + 1 < limit && text.Span[start..].IndexOf(delimiter.Span) is >= 0 and var found)
        {
            Parts.Add(text.Slice(start, found));
            start += found + delimiter.Length;
        }

        Parts.Add(text.Slice(start, text.Length - start));
    }

    private void SplitBy(Utf8 text, Utf8 delimiter, int limit)
    {
        if (!_regex.Take(text, delimiter))
        {
            throw new Engine.Errors.DataException($"'{delimiter}' is no regular expression");
        }

        try
        {
            var (start, at, bytes) = (0, 0, 0);
            foreach (var match in _regex.Regex!.EnumerateMatches(_regex.Characters))
            {
                if (Parts.Count + 1 >= limit)
                {
                    break;
                }

                if (match.Length == 0 && (match.Index == 0 || match.Index == _regex.Characters.Length))
                {
                    continue;
                }

                bytes += Encoding.UTF8.GetByteCount(_regex.Characters[at..match.Index]);
                Parts.Add(text.Slice(start, bytes - start));
                bytes += Encoding.UTF8.GetByteCount(_regex.Characters.Slice(match.Index, match.Length));
                (start, at) = (bytes, match.Index + match.Length);
            }

            Parts.Add(text.Slice(start, text.Length - start));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }
}
