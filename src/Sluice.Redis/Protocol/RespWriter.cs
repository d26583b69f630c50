using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Redis.Protocol;

/// <summary>Encodes commands into one growing buffer. Every argument is length-prefixed, so no value can become a command.</summary>
public sealed class RespWriter(int capacity = 64 << 10)
{
    private const int HeaderRoom = 16;
    private const int KeepBelow = 8 << 20;

    /// <summary>"$n\r\n" for small n, as the eight bytes that hold it; most lengths are small, and formatting them would cost more than the copy of the value.</summary>
    private static readonly ulong[] s_bulkHeaders = [.. Enumerable.Range(0, 1000).Select(PackHeader)];

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>A text as an encoded argument, for <see cref="Raw"/>.</summary>
    public static byte[] EncodeBulk(string text)
    {
        var writer = new RespWriter((text.Length * 3) + HeaderRoom);
        writer.Bulk(System.Text.Encoding.UTF8.GetBytes(text));
        return writer.Span.ToArray();
    }

    /// <summary>Forgets the content. A buffer that one huge value had blown up is let go.</summary>
    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > KeepBelow)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(capacity);
        }
    }

    /// <summary>Begins a command of <paramref name="arguments"/> arguments, its name included.</summary>
    public void Begin(int arguments) => Header((byte)'*', arguments);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bulk(ReadOnlySpan<byte> value)
    {
        Ensure(value.Length);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _length);
        int header;
        if (value.Length < s_bulkHeaders.Length)
        {
            Unsafe.WriteUnaligned(ref to, s_bulkHeaders[value.Length]);
            header = value.Length < 10 ? 4 : value.Length < 100 ? 5 : 6;
        }
        else
        {
            header = FormatHeader(_buffer.AsSpan(_length), (byte)'$', value.Length);
        }

        value.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to, header), value.Length));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, header + value.Length), BitConverter.IsLittleEndian ? (ushort)0x0A0D : (ushort)0x0D0A);
        _length += header + value.Length + 2;
    }

    public void Bulk(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out var length);
        Bulk(digits[..length]);
    }

    /// <summary>Bytes that are encoded already: a command's constant beginning or end.</summary>
    public void Raw(ReadOnlySpan<byte> encoded)
    {
        Ensure(encoded.Length);
        encoded.CopyTo(_buffer.AsSpan(_length));
        _length += encoded.Length;
    }

    private static ulong PackHeader(int length)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        FormatHeader(bytes, (byte)'$', length);
        return MemoryMarshal.Read<ulong>(bytes);
    }

    private static int FormatHeader(Span<byte> to, byte kind, int number)
    {
        to[0] = kind;
        System.Buffers.Text.Utf8Formatter.TryFormat(number, to[1..], out var digits);
        to[digits + 1] = (byte)'\r';
        to[digits + 2] = (byte)'\n';
        return digits + 3;
    }

    private void Header(byte kind, int number)
    {
        Ensure(0);
        _length += FormatHeader(_buffer.AsSpan(_length), kind, number);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int size)
    {
        if ((uint)_buffer.Length < (uint)_length + (uint)size + HeaderRoom)
        {
            Grow(size);
        }
    }

    private void Grow(int size)
    {
        var needed = (long)_length + size + HeaderRoom;
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException($"one flush would take {needed} bytes; the most is {Array.MaxLength}");
        }

        var grown = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, _buffer.Length * 2L)));
        _buffer.AsSpan(0, _length).CopyTo(grown);
        _buffer = grown;
    }
}
