using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions.Kernels;

/// <summary>The operator <c>||</c>, for texts and binaries.</summary>
internal static class TextMath
{
    public static Utf8 Concat(Utf8 a, Utf8 b, ByteHeap heap)
    {
        var start = heap.Take(a.Length + b.Length);
        a.Span.CopyTo(heap.Bytes.AsSpan(start));
        b.Span.CopyTo(heap.Bytes.AsSpan(start + a.Length));
        return new Utf8(heap.Bytes, start, a.Length + b.Length);
    }

    public static Utf8 Concat(Utf8 a, Utf8 b, Utf8 c, ByteHeap heap)
    {
        var start = heap.Take(a.Length + b.Length + c.Length);
        var to = heap.Bytes.AsSpan(start);
        a.Span.CopyTo(to);
        b.Span.CopyTo(to[a.Length..]);
        c.Span.CopyTo(to[(a.Length + b.Length)..]);
        return new Utf8(heap.Bytes, start, a.Length + b.Length + c.Length);
    }

    public static Utf8 Concat(Utf8 a, Utf8 b, Utf8 c, Utf8 d, ByteHeap heap)
    {
        var length = a.Length + b.Length + c.Length + d.Length;
        var start = heap.Take(length);
        var to = heap.Bytes.AsSpan(start);
        a.Span.CopyTo(to);
        b.Span.CopyTo(to[a.Length..]);
        c.Span.CopyTo(to[(a.Length + b.Length)..]);
        d.Span.CopyTo(to[(a.Length + b.Length + c.Length)..]);
        return new Utf8(heap.Bytes, start, length);
    }
}
