using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Connectors.TrustStores;

/// <summary>A private key of a store, still encrypted, and its certificates, its own first.</summary>
internal sealed record JksKey(string Alias, byte[] Encrypted, IReadOnlyList<byte[]> Chain);

/// <summary>The content of a Java key store: certificates to trust, and keys.</summary>
internal sealed record JksContent(IReadOnlyList<byte[]> Trusted, IReadOnlyList<JksKey> Keys);

/// <summary>Reads Java's own store format. All integers are big-endian: magic, version, count; then per entry a tag (1 key,
/// 2 certificate), an alias, milliseconds since 1970, and what it holds; at last a SHA-1 of the password in UTF-16BE,
/// a fixed text and everything before it. Source: the format notes in the documentation of sun.security.provider.JavaKeyStore.</summary>
internal sealed class JksReader
{
    private const int KeyTag = 1;
    private const int CertificateTag = 2;
    private const int HashSize = SHA1.HashSizeInBytes;

    private readonly StoreFile _file;
    private int _position;

    private JksReader(StoreFile file) => _file = file;

    /// <param name="password">Null skips the integrity check, as Java does.</param>
    /// <exception cref="Engine.Errors.ConfigException">Truncated, an unknown version, or the password is not the store's.</exception>
    public static JksContent Read(StoreFile file, string? password)
    {
        if (password is not null)
        {
            Check(file, password);
        }

        return new JksReader(file).ReadEntries();
    }

    /// <summary>The bytes of a password as this format wants them.</summary>
    internal static byte[] PasswordBytes(string password) => Encoding.BigEndianUnicode.GetBytes(password);

    private static void Check(StoreFile file, string password)
    {
        if (file.Bytes.Length < HashSize)
        {
            throw file.Wrong("is cut short; it is no complete JKS store");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(PasswordBytes(password));
        hash.AppendData("Mighty Aphrodite"u8);
        hash.AppendData(file.Bytes, 0, file.Bytes.Length - HashSize);
        if (!CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), file.Bytes.AsSpan(file.Bytes.Length - HashSize)))
        {
            throw file.Wrong("is not sealed with the password given: it is another store's password, or the file has been changed");
        }
    }

    private JksContent ReadEntries()
    {
        _position = 4;
        var version = Integer();
        if (version is not (1 or 2))
        {
            throw _file.Wrong($"has version {version} of the JKS format; known are 1 and 2");
        }

        var trusted = new List<byte[]>();
        var keys = new List<JksKey>();
        for (var left = Integer(); left > 0; left--)
        {
            var tag = Integer();
            var alias = Text();
            Take(sizeof(long));
            switch (tag)
            {
                case CertificateTag:
                    trusted.Add(Certificate(version));
                    break;
                case KeyTag:
                    var encrypted = Block();
                    keys.Add(new JksKey(alias, encrypted, [.. Enumerable.Range(0, Math.Clamp(Integer(), 0, 1000)).Select(_ => Certificate(version))]));
                    break;
                default:
                    throw _file.Wrong($"has an entry of kind {tag}, which no JKS store has");
            }
        }

        return new JksContent(trusted, keys);
    }

    private byte[] Certificate(int version)
    {
        if (version == 2)
        {
            Text();
        }

        return Block();
    }

    private byte[] Block() => Take(Integer()).ToArray();

    private string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)))));

    private int Integer() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || size > _file.Bytes.Length - HashSize - _position)
        {
            throw _file.Wrong("is cut short; it is no complete JKS store");
        }

        _position += size;
        return _file.Bytes.AsSpan(_position - size, size);
    }
}
