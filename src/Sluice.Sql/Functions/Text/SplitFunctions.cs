using System.Buffers;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Regexes;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>SPLIT, SPLIT_INDEX and STR_TO_MAP.</summary>
internal static class SplitFunctions
{
    private static readonly SearchValues<byte> s_whiteSpace = SearchValues.Create(" \t\n\v\f\r"u8);

    private static readonly Utf8 s_comma = Utf8.Of(",");
    private static readonly Utf8 s_equals = Utf8.Of("=");

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("SPLIT_INDEX",
        [
            new([Character, Character, Int], Returning.Nullable(Returning.Text), SplitIndex),
            new([Character, Int, Int], Returning.Nullable(Returning.Text), SplitIndexByCode),
        ]),
        new("SPLIT", [new([Character, Character], Returning.Always(SqlType.Array(SqlType.String).NotNull()), Split)]),
        new("STR_TO_MAP",
        [
            new([Character], MapType, StrToMap), new([Character, Character, Character], MapType, StrToMapBy),
        ]),
    ];

    /// <summary>The part of that number, from 0; null outside. An empty separator splits at white space.</summary>
    public static Utf8? SplitIndex(Utf8 text, Utf8 separator, int index)
    {
        if (index < 0 || text.Length == 0)
        {
            return null;
        }

        var start = 0;
        while (true)
        {
            var (length, skip) = Next(text.Span[start..], separator.Span);
            if (index-- == 0)
            {
                return text.Slice(start, length);
            }

            if (skip == 0)
            {
                return null;
            }

            start += length + skip;
        }
    }

    /// <summary>The separator is the character of a code from 1 to 255.</summary>
    public static Utf8? SplitIndexByCode(Utf8 text, int separator, int index, ByteHeap heap) =>
        separator is < 1 or > 255 ? null : SplitIndex(text, SearchFunctions.Chr(separator, heap), index);

    /// <summary>An empty delimiter gives the characters.</summary>
    public static ArrayView Split(Utf8 text, Utf8 delimiter, ArrayColumn result)
    {
        var array = new ArrayBuilder(result);
        var parts = (TextColumn)result.Elements;
        if (delimiter.Length == 0)
        {
            for (var at = 0; at < text.Length;)
            {
                var length = CodePoints.LengthAt(text.Span, at);
                parts.Set(array.Add(), text.Slice(at, length));
                at += length;
            }

            return array.View;
        }

        for (var start = 0; ;)
        {
            var found = text.Span[start..].IndexOf(delimiter.Span);
            if (found < 0)
            {
                parts.Set(array.Add(), text.Slice(start, text.Length - start));
                return array.View;
            }

            parts.Set(array.Add(), text.Slice(start, found));
            start += found + delimiter.Length;
        }
    }

    public static MapView StrToMap(Utf8 text, MapColumn result, SplitState state) => StrToMapBy(text, s_comma, s_equals, result, state);

    /// <summary>Both delimiters are regular expressions. A pair without the second has a null value; of equal keys the last counts.</summary>
    public static MapView StrToMapBy(Utf8 text, Utf8 pairDelimiter, Utf8 valueDelimiter, MapColumn result, SplitState state)
    {
        var map = new MapBuilder(result);
        if (text.Length == 0)
        {
            return map.View;
        }

        var (keys, values) = ((TextColumn)result.Keys, (TextColumn)result.Values);
        state.Pairs.Split(text, pairDelimiter, int.MaxValue);
        foreach (var pair in state.Pairs.Parts)
        {
            state.Values.Split(pair, valueDelimiter, 2);
            var parts = state.Values.Parts;
            var key = parts.Count < 2 ? pair : parts[0];
            var entry = IndexOf(keys, map.Start, map.Count, key);
            entry = entry < 0 ? map.Add() : entry;
            keys.Set(entry, key);
            if (parts.Count < 2)
            {
                values.SetNull(entry);
            }
            else
            {
                values.Set(entry, parts[1]);
            }
        }

        return map.View;
    }

    private static int IndexOf(TextColumn keys, int start, int count, Utf8 key)
    {
        for (var i = start; i < start + count; i++)
        {
            if (keys[i].SequenceEqual(key.Span))
            {
                return i;
            }
        }

        return -1;
    }

    /// <returns>The length of the part in front, and of the separator behind it; 0 where there is none.</returns>
    private static (int Length, int Skip) Next(ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator)
    {
        var found = separator.IsEmpty ? text.IndexOfAny(s_whiteSpace) : text.IndexOf(separator);
        return found < 0 ? (text.Length, 0) : (found, Math.Max(1, separator.Length));
    }

    private static SqlType MapType(IReadOnlyList<SqlType> arguments) => SqlType.Map(SqlType.String, SqlType.String).NotNull();
}

/// <summary>The delimiters of one STR_TO_MAP.</summary>
internal sealed class SplitState
{
    public RegexSplit Pairs { get; } = new();

    public RegexSplit Values { get; } = new();
}
