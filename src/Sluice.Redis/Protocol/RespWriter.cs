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
        Header(s_arrayHeaders, (byte)'*', arguments);
    }

    public void Bulk(ReadOnlySpan<byte> value)
    {
        value.CopyTo(BeginBulk(value.Length));
        EndBulk(value.Length);
    }

    /// <summary>An argument out of a larger array, copied as <see cref="Copy"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bulk(byte[] source, int start, int length)
    {
        Copy(source, start, length, ref MemoryMarshal.GetReference(BeginBulk(length)));
        EndBulk(length);
    }

    /// <summary>Begins an argument of that length. The caller fills the returned room from its start and may write up to
    /// <see cref="Slack"/> bytes beyond the length; then <see cref="EndBulk"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> BeginBulk(int length)
    {
        Ensure(length + Slack);
        Header(s_bulkHeaders, (byte)'$', length);
        return _buffer.AsSpan(_length, length + Slack);
    }

    /// <summary>Ends the argument that <see cref="BeginBulk"/> began, of the same length.</summary>
    public void EndBulk(int length)
    {
        _length += length;
        Unsafe.WriteUnaligned(ref _buffer[_length], BitConverter.IsLittleEndian ? (ushort)0x0A0D : (ushort)0x0D0A);
        _length += 2;
    }

    /// <summary>Copies to <paramref name="to"/>; a short run, which most are, as one vector whatever its length: up to
    /// <see cref="Slack"/> bytes are written, and what was too much is overwritten by what comes next.
    /// <c>bench/run mysql-string</c> shows what it is worth.</summary>
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

    /// <summary>After <see cref="Ensure"/>, which keeps room for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Header(ulong[] packed, byte kind, int number)
    {
        if ((uint)number < (uint)packed.Length)
        {
            Unsafe.WriteUnaligned(ref _buffer[_length], packed[number]);
            _length += number < 10 ? 4 : number < 100 ? 5 : 6;
        }
        else
        {
            _length += FormatHeader(_buffer.AsSpan(_length), kind, number);
        }
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
