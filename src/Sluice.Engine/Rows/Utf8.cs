using System.Runtime.CompilerServices;
using System.Text;

namespace Sluice.Engine.Rows;

/// <summary>Bytes that stand somewhere in an array: a text value (UTF-8) or a binary one. A value that compiled loops can pass
/// around, which spans cannot be. It is valid as long as the batch that it was taken from.</summary>
public readonly struct Utf8(byte[] array, int start, int length) : IEquatable<Utf8>, IComparable<Utf8>
{
    public readonly byte[] Array = array;
    public readonly int Start = start;
    public readonly int Length = length;

    public static readonly Utf8 Empty = new([], 0, 0);

    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Array, Start, Length);
    }

    /// <summary>For constants, when a plan is made; not for rows.</summary>
    public static Utf8 Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Utf8(bytes, 0, bytes.Length);
    }

    public static Utf8 Of(byte[] bytes) => new(bytes, 0, bytes.Length);

    public Utf8 Slice(int start, int length) => new(Array, Start + start, length);

    public bool Equals(Utf8 other) => Span.SequenceEqual(other.Span);

    /// <summary>By bytes, which for UTF-8 is by code point.</summary>
    public int CompareTo(Utf8 other) => Span.SequenceCompareTo(other.Span);

    public override bool Equals(object? obj) => obj is Utf8 other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Span);

    public static bool operator ==(Utf8 left, Utf8 right) => left.Equals(right);

    public static bool operator <(Utf8 left, Utf8 right) => left.CompareTo(right) < 0;

    public static bool operator <=(Utf8 left, Utf8 right) => left.CompareTo(right) <= 0;

    public static bool operator >(Utf8 left, Utf8 right) => left.CompareTo(right) > 0;

    public static bool operator >=(Utf8 left, Utf8 right) => left.CompareTo(right) >= 0;

    public static bool operator !=(Utf8 left, Utf8 right) => !left.Equals(right);
}
