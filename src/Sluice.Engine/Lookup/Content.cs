using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Engine.Lookup;

/// <summary>What an LRU cache keeps of a key, in one run of bytes: the key's length (its complement where the key has no row), the key, and
/// the record.</summary>
internal static class Content
{
    private const int HeaderBytes = sizeof(int);

    public static int Size(ReadOnlySpan<byte> key, bool hasRow, ReadOnlySpan<byte> record) => HeaderBytes + key.Length + (hasRow ? record.Length : 0);

    public static byte[] Of(ReadOnlySpan<byte> key, bool hasRow, ReadOnlySpan<byte> record)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Size(key, hasRow, record));
        MemoryMarshal.Write(bytes, hasRow ? key.Length : ~key.Length);
        key.CopyTo(bytes.AsSpan(HeaderBytes));
        if (hasRow)
        {
            record.CopyTo(bytes.AsSpan(HeaderBytes + key.Length));
        }

        return bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> KeyOf(byte[] bytes)
    {
        var length = MemoryMarshal.Read<int>(bytes);
        return bytes.AsSpan(HeaderBytes, length < 0 ? ~length : length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CachedRow RowOf(byte[] bytes)
    {
        var length = MemoryMarshal.Read<int>(bytes);
        return length < 0 ? CachedRow.Missing : CachedRow.Of(bytes, HeaderBytes + length, bytes.Length - HeaderBytes - length);
    }
}
