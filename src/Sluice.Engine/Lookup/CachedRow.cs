namespace Sluice.Engine.Lookup;

/// <summary>What is known of a key: its record, or that it has none. The bytes never change: it stays what it was when its entry goes.</summary>
internal readonly struct CachedRow
{
    private const int Nothing = -1;

    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int _length;

    private CachedRow(byte[] bytes, int start, int length) => (_bytes, _start, _length) = (bytes, start, length);

    public bool HasRow => _length != Nothing;

    /// <summary>The record of a key that has one.</summary>
    public ReadOnlySpan<byte> Record => new(_bytes, _start, _length);

    public static CachedRow Of(byte[] bytes, int start, int length) => new(bytes, start, length);

    public static CachedRow Missing => new([], 0, Nothing);
}
