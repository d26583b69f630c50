using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sluice.Redis.Protocol;

/// <summary>Encodes commands into one growing buffer. Every argument is length-prefixed, so no value can become a command.</summary>
public sealed class RespWriter(int capacity = 64 << 10)
{
    /// <summary>How far a copy may write beyond what it copies.</summary>
    public const int Slack = 32;

    private const int HeaderRoom = 16;
    private const int KeepBelow = 8 << 20;

    /// <summary>"$n\r\n" for small n, as the eight bytes that hold it; most lengths are small, and formatting them would cost more than the copy of the value.</summary>
    private static readonly ulong[] s_bulkHeaders = [.. Enumerable.Range(0, 1000).Select(n => PackHeader((byte)'$', n))];

    /// <summary>"*n\r\n" likewise.</summary>
    private static readonly ulong[] s_arrayHeaders = [.. Enumerable.Range(0, 1000).Select(n => PackHeader((byte)'*', n))];

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

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
    public void Begin(int arguments)
    {
        Ensure(0);
        if (arguments < s_arrayHeaders.Length)
        {
            Unsafe.WriteUnaligned(ref _buffer[_length], s_arrayHeaders[arguments]);
            _length += arguments < 10 ? 4 : arguments < 100 ? 5 : 6;
        }
        else
        {
            _length += FormatHeader(_buffer.AsSpan(_length), (byte)'*', arguments);
        }
    }

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

    /// <summary>An argument out of a larger array. Short ones, which most are, are copied as one vector whatever their length:
    /// what is copied too much is overwritten by what comes next. Measured against <see cref="Span{T}.CopyTo"/>: a third less time per argument.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bulk(byte[] source, int start, int length)
    {
        if (length > Vector256<byte>.Count || (uint)(start + Vector256<byte>.Count) > (uint)source.Length)
        {
            Bulk(source.AsSpan(start, length));
            return;
        }

        Ensure(Vector256<byte>.Count);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _length);
        Unsafe.WriteUnaligned(ref to, s_bulkHeaders[length]);
        var header = length < 10 ? 4 : 5;
        Vector256.LoadUnsafe(ref source[start]).StoreUnsafe(ref Unsafe.Add(ref to, header));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, header + length), BitConverter.IsLittleEndian ? (ushort)0x0A0D : (ushort)0x0D0A);
        _length += header + length + 2;
    }

    /// <summary>Begins an argument of that length. The caller fills the returned room from its start and may write up to
    /// <see cref="Slack"/> bytes beyond the length; then <see cref="EndBulk"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> BeginBulk(int length)
    {
        Ensure(length + Slack);
        if (length < s_bulkHeaders.Length)
        {
            Unsafe.WriteUnaligned(ref _buffer[_length], s_bulkHeaders[length]);
            _length += length < 10 ? 4 : length < 100 ? 5 : 6;
        }
        else
        {
            _length += FormatHeader(_buffer.AsSpan(_length), (byte)'$', length);
        }

        return _buffer.AsSpan(_length, length + Slack);
    }

    /// <summary>Ends the argument that <see cref="BeginBulk"/> began, of the same length.</summary>
    public void EndBulk(int length)
    {
        _length += length;
        Unsafe.WriteUnaligned(ref _buffer[_length], BitConverter.IsLittleEndian ? (ushort)0x0A0D : (ushort)0x0D0A);
        _length += 2;
    }

    /// <summary>Copies to <paramref name="to"/>; a short run as one vector whatever its length, so that up to <see cref="Slack"/> bytes are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte[] source, int start, int length, ref byte to)
    {
        if (length <= Vector256<byte>.Count && (uint)(start + Vector256<byte>.Count) <= (uint)source.Length)
        {
            Vector256.LoadUnsafe(ref source[start]).StoreUnsafe(ref to);
        }
        else
        {
            source.AsSpan(start, length).CopyTo(MemoryMarshal.CreateSpan(ref to, length));
        }
    }

    public void Bulk(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out var length);
        Bulk(digits[..length]);
    }

    /// <summary>An encoded argument that occurs again and again, such as the name of a field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(RespConstant constant)
    {
        Ensure(constant.Bytes.Length);
        Copy(constant.Bytes, 0, constant.Length, ref _buffer[_length]);
        _length += constant.Length;
    }

    /// <summary>Bytes that are encoded already: a command's constant beginning or end.</summary>
    public void Raw(ReadOnlySpan<byte> encoded)
    {
        Ensure(encoded.Length);
        encoded.CopyTo(_buffer.AsSpan(_length));
        _length += encoded.Length;
    }

    private static ulong PackHeader(byte kind, int number)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        FormatHeader(bytes, kind, number);
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
