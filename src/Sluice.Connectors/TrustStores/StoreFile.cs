using Sluice.Engine.Errors;

namespace Sluice.Connectors.TrustStores;

/// <summary>A store of certificates as Java, OpenSSL and Windows write them, told apart by its content.</summary>
internal enum StoreKind
{
    Pem,
    Jks,
    Pkcs12,
}

/// <summary>A file with certificates, as bytes. Messages name the file and never its password.</summary>
internal sealed record StoreFile(string Path, byte[] Bytes, StoreKind Kind, Place? Place)
{
    private const uint JksMagic = 0xFEEDFEED;
    private const uint JceksMagic = 0xCECECECE;
    private const byte DerSequence = 0x30;

    /// <exception cref="ConfigException">There is no such file, or it is no store.</exception>
    public static StoreFile Read(string path, Place? place)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(place, $"the certificate store '{path}' cannot be read: {e.Message}", e);
        }

        return new StoreFile(path, bytes, KindOf(path, bytes, place), place);
    }

    /// <summary>An error about this file.</summary>
    public ConfigException Wrong(string what, Exception? inner = null) => new(Place, $"'{Path}' {what}", inner);

    private static StoreKind KindOf(string path, byte[] bytes, Place? place)
    {
        var magic = bytes.Length < 4 ? 0 : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return magic switch
        {
            JksMagic => StoreKind.Jks,
            JceksMagic => throw new ConfigException(place, $"'{path}' is a JCEKS store, which is not read here; convert it: keytool -importkeystore -srckeystore {path} -destkeystore store.p12 -deststoretype PKCS12"),
            _ when bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0 => StoreKind.Pem,
            _ when bytes.Length > 0 && bytes[0] == DerSequence => StoreKind.Pkcs12,
            _ => throw new ConfigException(place, $"'{path}' is no certificate store; allowed: JKS, PKCS#12 and PEM"),
        };
    }
}
