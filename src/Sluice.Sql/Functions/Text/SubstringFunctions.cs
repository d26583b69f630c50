using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>Functions that cut, repeat and replace.</summary>
internal static class SubstringFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("CHAR_LENGTH", [new([Character], Returning.Int, CharLength)], "CHARACTER_LENGTH"),
        new("SUBSTRING", [new([Character, Int], Returning.Text, From), new([Character, Int, Int], Returning.Nullable(Returning.Text), FromFor)], "SUBSTR"),
        new("LEFT", [new([Character, Int], Returning.Text, Left)]),
        new("RIGHT", [new([Character, Int], Returning.Text, Right)]),
        new("OVERLAY", [new([Character, Character, Int], Returning.Text, Overlay), new([Character, Character, Int, Int], Returning.Text, OverlayFor)]),
        new("REVERSE", [new([Character], Returning.Text, Reverse)]),
        new("REPEAT", [new([Character, Int], Returning.Text, Repeat)]),
        new("REPLACE", [new([Character, Character, Character], Returning.Text, Replace)]),
        new("TRANSLATE", [new([Character, Character, Character], Returning.Text, Translate)]),
        new("ELT", [new([BigInt, Character, Character], EltType, Elt, Variadic: true), new([BigInt, Family.Binary, Family.Binary], EltType, Elt, Variadic: true)]),
    ];

    public static int CharLength(Utf8 text) => CodePoints.Count(text.Span);

    public static Utf8 From(Utf8 text, int position) => FromFor(text, position, int.MaxValue)!.Value;

    /// <summary>Positions begin with 1, negative ones count from the end, 0 is 1. Null for a negative length.</summary>
    public static Utf8? FromFor(Utf8 text, int position, int length)
    {
        if (length < 0)
        {
            return null;
        }

        var first = Math.Max(0, position - 1);
        if (position < 0)
        {
            first = CodePoints.Count(text.Span) + position;
            if (first < 0)
            {
                return Utf8.Empty;
            }
        }

        var start = CodePoints.Offset(text.Span, first);
        return text.Slice(start, CodePoints.Offset(text.Span[start..], length));
    }

    public static Utf8 Left(Utf8 text, int length) => length <= 0 ? Utf8.Empty : text.Slice(0, CodePoints.Offset(text.Span, length));

    public static Utf8 Right(Utf8 text, int length)
    {
        if (length <= 0)
        {
            return Utf8.Empty;
        }

        var start = CodePoints.Offset(text.Span, Math.Max(0, CodePoints.Count(text.Span) - length));
        return text.Slice(start, text.Length - start);
    }

    public static Utf8 Overlay(Utf8 text, Utf8 by, int position, ByteHeap heap) => OverlayFor(text, by, position, CodePoints.Count(by.Span), heap);

    /// <summary>As Flink does it: a position outside of the text changes nothing, and a length below 1 drops the rest.</summary>
    public static Utf8 OverlayFor(Utf8 text, Utf8 by, int position, int length, ByteHeap heap)
    {
        var count = CodePoints.Count(text.Span);
        if (position <= 0 || position > count)
        {
            return text;
        }

        var start = heap.Append(text.Span[..CodePoints.Offset(text.Span, position - 1)]);
        heap.Append(by.Span);
        if (length > 0 && (long)position + length <= count)
        {
            heap.Append(text.Span[CodePoints.Offset(text.Span, position - 1 + length)..]);
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    public static Utf8 Reverse(Utf8 text, ByteHeap heap)
    {
        var span = text.Span;
        var room = heap.Reserve(span.Length);
        for (var at = 0; at < span.Length;)
        {
            var length = CodePoints.LengthAt(span, at);
            span.Slice(at, length).CopyTo(room[(span.Length - at - length)..]);
            at += length;
        }

        return new Utf8(heap.Bytes, heap.Take(span.Length), span.Length);
    }

    public static Utf8 Repeat(Utf8 text, int count, ByteHeap heap)
    {
        if (count <= 0)
        {
            return Utf8.Empty;
        }

        CodePoints.CheckSize((long)text.Length * count, "REPEAT");
        var start = heap.Used;
        for (var i = 0; i < count; i++)
        {
            heap.Append(text.Span);
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>An empty text is found before each character and at the end.</summary>
    public static Utf8 Replace(Utf8 text, Utf8 search, Utf8 by, ByteHeap heap)
    {
        var span = text.Span;
        if (search.Length > 0 && span.IndexOf(search.Span) < 0)
        {
            return text;
        }

        var start = heap.Used;
        var at = 0;
        if (search.Length == 0)
        {
            while (at < span.Length)
            {
                heap.Append(by.Span);
                var length = CodePoints.LengthAt(span, at);
                heap.Append(span.Slice(at, length));
                at += length;
            }

            heap.Append(by.Span);
            return new Utf8(heap.Bytes, start, heap.Used - start);
        }

        for (var found = span.IndexOf(search.Span); found >= 0; found = span[at..].IndexOf(search.Span))
        {
            heap.Append(span.Slice(at, found));
            heap.Append(by.Span);
            at += found + search.Length;
        }

        heap.Append(span[at..]);
        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>Characters of <paramref name="from"/> become those of <paramref name="to"/> at the same place, or nothing where there is none.
    /// Where <paramref name="from"/> is null or empty nothing changes; a null <paramref name="to"/> is empty.</summary>
    public static Utf8 Translate(Utf8 text, Utf8? from, Utf8? to, ByteHeap heap)
    {
        if (from is not { Length: > 0 } search)
        {
            return text;
        }

        var by = to ?? Utf8.Empty;
        var span = text.Span;
        var start = heap.Used;
        for (var at = 0; at < span.Length;)
        {
            var length = CodePoints.LengthAt(span, at);
            var character = span.Slice(at, length);
            var index = IndexOf(search.Span, character);
            if (index < 0)
            {
                heap.Append(character);
            }
            else
            {
                var place = CodePoints.Offset(by.Span, index);
                if (place < by.Length)
                {
                    heap.Append(by.Span.Slice(place, CodePoints.LengthAt(by.Span, place)));
                }
            }

            at += length;
        }

        return new Utf8(heap.Bytes, start, heap.Used - start);
    }

    /// <summary>The text of that number, from 1; null outside.</summary>
    public static Utf8? Elt(long index, Utf8? first, Utf8?[] texts) => index == 1 ? first : index >= 2 && index <= texts.Length + 1 ? texts[index - 2] : null;

    /// <summary>Which character of a text the given one is, from 0.</summary>
    private static int IndexOf(ReadOnlySpan<byte> characters, ReadOnlySpan<byte> character)
    {
        var index = 0;
        for (var at = 0; at < characters.Length; index++)
        {
            var length = CodePoints.LengthAt(characters, at);
            if (characters.Slice(at, length).SequenceEqual(character))
            {
                return index;
            }

            at += length;
        }

        return -1;
    }

    private static SqlType EltType(IReadOnlyList<SqlType> arguments) => arguments[1].IsBinary ? SqlType.Bytes
        : arguments.Skip(1).All(a => a.SameAs(arguments[1])) ? arguments[1].Nullable()
        : SqlType.Varchar(arguments.Skip(1).Max(a => a.Precision));
}
