using System.Globalization;
using System.Security.Cryptography;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions.Text;

/// <summary>Hashes as small hexadecimal digits.</summary>
internal static class HashFunctions
{
    private delegate int Hash(ReadOnlySpan<byte> source, Span<byte> destination);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("MD5", [new([Character], Returning.Text, Md5), new([Binary], Returning.Text, Md5)]),
        new("SHA1", [new([Character], Returning.Text, Sha1), new([Binary], Returning.Text, Sha1)]),
        new("SHA224", [new([Character], Returning.Text, Sha224Of), new([Binary], Returning.Text, Sha224Of)]),
        new("SHA256", [new([Character], Returning.Text, Sha256), new([Binary], Returning.Text, Sha256)]),
        new("SHA384", [new([Character], Returning.Text, Sha384), new([Binary], Returning.Text, Sha384)]),
        new("SHA512", [new([Character], Returning.Text, Sha512), new([Binary], Returning.Text, Sha512)]),
        new("SHA2", [new([Character, Int], Returning.Text, Sha2), new([Binary, Int], Returning.Text, Sha2)]),
    ];

    public static Utf8 Md5(Utf8 text, ByteHeap heap) => Write(text, MD5.HashData, heap);

    public static Utf8 Sha1(Utf8 text, ByteHeap heap) => Write(text, SHA1.HashData, heap);

    public static Utf8 Sha224Of(Utf8 text, ByteHeap heap) => Write(text, Sha224.HashData, heap);

    public static Utf8 Sha256(Utf8 text, ByteHeap heap) => Write(text, SHA256.HashData, heap);

    public static Utf8 Sha384(Utf8 text, ByteHeap heap) => Write(text, SHA384.HashData, heap);

    public static Utf8 Sha512(Utf8 text, ByteHeap heap) => Write(text, SHA512.HashData, heap);

    /// <param name="bits">224, 256, 384 or 512.</param>
    public static Utf8 Sha2(Utf8 text, int bits, ByteHeap heap) => bits switch
    {
        224 => Sha224Of(text, heap),
        256 => Sha256(text, heap),
        384 => Sha384(text, heap),
        512 => Sha512(text, heap),
        _ => throw new DataException($"SHA2 takes a length of 224, 256, 384 or 512 bits, not {bits.ToString(CultureInfo.InvariantCulture)}"),
    };

    private static Utf8 Write(Utf8 text, Hash hash, ByteHeap heap)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = hash(text.Span, bytes);
        return NumberTexts.Hexadecimal(bytes[..length], "0123456789abcdef"u8, heap);
    }
}
