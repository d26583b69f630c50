using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Regexes;

/// <summary>The functions of regular expressions, in Java's syntax (<see cref="JavaRegex"/>).</summary>
internal static class RegexFunctions
{
    private static readonly Action<IReadOnlyList<object?>> s_check = ConstantChecks.Regex(1);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("REGEXP", [new([Character, Character], Returning.Boolean, IsMatch) { Check = s_check }]),
        new("REGEXP_COUNT", [new([Character, Character], Returning.Nullable(Returning.Int), Count) { Check = s_check }]),
        new("REGEXP_INSTR", [new([Character, Character], Returning.Nullable(Returning.Int), Instr) { Check = s_check }]),
        new("REGEXP_SUBSTR", [new([Character, Character], Returning.Nullable(Returning.Text), Substr) { Check = s_check }]),
        new("REGEXP_REPLACE", [new([Character, Character, Character], Returning.Nullable(Returning.Text), Replace) { Check = s_check }]),
        new("REGEXP_EXTRACT",
        [
            new([Character, Character], Returning.Nullable(Returning.Text), Substr) { Check = s_check }, new([Character, Character, BigInt], Returning.Nullable(Returning.Text), Extract) { Check = s_check },
        ]),
        new("REGEXP_EXTRACT_ALL",
        [
            new([Character, Character], Returning.Always(SqlType.Array(SqlType.String)), ExtractAllFirst) { Check = s_check },
            new([Character, Character, BigInt], Returning.Always(SqlType.Array(SqlType.String)), ExtractAll) { Check = s_check },
        ]),
    ];

    /// <summary>Whether the expression matches anywhere; false for the empty expression and for what is none.</summary>
    public static bool IsMatch(Utf8 text, Utf8 pattern, RegexState state)
    {
        if (pattern.Length == 0 || !state.Take(text, pattern))
        {
            return false;
        }

        try
        {
            return state.Regex!.IsMatch(state.Characters);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }

    /// <summary>Null for what is no expression.</summary>
    public static int? Count(Utf8 text, Utf8 pattern, RegexState state)
    {
        if (!state.Take(text, pattern))
        {
            return null;
        }

        try
        {
            return state.Regex!.Count(state.Characters);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }

    /// <summary>The character where the first match begins, from 1; 0 without one.</summary>
    public static int? Instr(Utf8 text, Utf8 pattern, RegexState state)
    {
        if (!state.Take(text, pattern))
        {
            return null;
        }

        var (index, _) = First(state);
        return index + 1;
    }

    /// <summary>The first match; null without one.</summary>
    public static Utf8? Substr(Utf8 text, Utf8 pattern, RegexState state, ByteHeap heap)
    {
        if (!state.Take(text, pattern))
        {
            return null;
        }

        var (index, length) = First(state);
        return index < 0 ? null : state.Write(index, length, heap);
    }

    /// <summary>The replacement is meant literally.</summary>
    public static Utf8? Replace(Utf8 text, Utf8 pattern, Utf8 by, RegexState state, ByteHeap heap)
    {
        if (!state.Take(text, pattern))
        {
            return null;
        }

        try
        {
            var start = heap.Used;
            var at = 0;
            foreach (var match in state.Regex!.EnumerateMatches(state.Characters))
            {
                state.Write(at, match.Index - at, heap);
                heap.Append(by.Span);
                at = match.Index + match.Length;
            }

            state.Write(at, state.Characters.Length - at, heap);
            return new Utf8(heap.Bytes, start, heap.Used - start);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }

    /// <summary>A group of the first match; null without a match, and for a group that there is not or that took no part.</summary>
    public static Utf8? Extract(Utf8 text, Utf8 pattern, long group, RegexState state, ByteHeap heap)
    {
        if (group == 0)
        {
            return Substr(text, pattern, state, heap);
        }

        if (!state.Take(text, pattern) || group < 0 || group >= state.Regex!.GetGroupNumbers().Length)
        {
            return null;
        }

        var match = Find(state);
        return match.Success && match.Groups[(int)group] is { Success: true } found ? state.Write(found.Index, found.Length, heap) : null;
    }

    public static ArrayView? ExtractAllFirst(Utf8 text, Utf8 pattern, RegexState state, ByteHeap heap, ArrayColumn result) =>
        ExtractAll(text, pattern, 1, state, heap, result);

    /// <summary>A group of every match. A group that took no part is a null element.</summary>
    public static ArrayView? ExtractAll(Utf8 text, Utf8 pattern, long group, RegexState state, ByteHeap heap, ArrayColumn result)
    {
        if (!state.Take(text, pattern) || group < 0 || group >= state.Regex!.GetGroupNumbers().Length)
        {
            return null;
        }

        var array = new ArrayBuilder(result);
        var texts = (TextColumn)result.Elements;
        try
        {
            for (var match = Find(state); match.Success; match = match.NextMatch())
            {
                var element = array.Add();
                var found = match.Groups[(int)group];
                if (found.Success)
                {
                    texts.Set(element, state.Write(found.Index, found.Length, heap));
                }
                else
                {
                    texts.SetNull(element);
                }
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }

        return array.View;
    }

    private static (int Index, int Length) First(RegexState state)
    {
        try
        {
            foreach (var match in state.Regex!.EnumerateMatches(state.Characters))
            {
                return (match.Index, match.Length);
            }

            return (-1, 0);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }

    private static Match Find(RegexState state)
    {
        try
        {
            return state.Regex!.Match(new string(state.Characters));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexState.TooLong(e);
        }
    }
}
