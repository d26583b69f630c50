using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Sluice.Connectors.TrustStores;

/// <summary>How a JKS store hides its keys: a stream of SHA-1 hashes, each over the password and the one before, the first
/// over a salt; then a hash of password and key to tell whether the password was right.</summary>
internal static class JksKeyProtection
{
    private const string Algorithm = "1.3.6.1.4.1.42.2.17.1.1";
    private const int HashSize = SHA1.HashSizeInBytes;

    /// <param name="isOfStore">Whether the password is the store's, for want of another.</param>
    /// <returns>The key as PKCS#8.</returns>
    [SuppressMessage("Security", "CA5350", Justification = "The format knows no other hash; nothing new is protected with it.")]
    public static byte[] Decrypt(StoreFile file, JksKey key, string password, bool isOfStore)
    {
        var data = Unwrap(file, key);
        if (data.Length <= 2 * HashSize)
        {
            throw file.Wrong($"holds no whole key under '{key.Alias}'");
        }

        var secret = JksReader.PasswordBytes(password);
        var plain = data[HashSize..^HashSize];
        var link = data[..HashSize];
        for (var i = 0; i < plain.Length; i++)
        {
            if (i % HashSize == 0)
            {
                link = SHA1.HashData([.. secret, .. link]);
            }

            plain[i] ^= link[i % HashSize];
        }

        return CryptographicOperations.FixedTimeEquals(SHA1.HashData([.. secret, .. plain]), data.AsSpan(data.Length - HashSize))
            ? plain
            : throw file.Wrong(isOfStore
                ? $"holds a key '{key.Alias}' that the password of the store does not open; both must be the same: keytool -keypasswd -alias {key.Alias} -keystore FILE makes them so"
                : $"holds a key '{key.Alias}' that the key password given does not open");
    }

    private static byte[] Unwrap(StoreFile file, JksKey key)
    {
        try
        {
            var sequence = new AsnReader(key.Encrypted, AsnEncodingRules.DER).ReadSequence();
            var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
            return algorithm == Algorithm
                ? sequence.ReadOctetString()
                : throw file.Wrong($"hides its key '{key.Alias}' in a way ({algorithm}) that is not read here; convert the store to PKCS#12");
        }
        catch (AsnContentException e)
        {
            throw file.Wrong($"holds no readable key under '{key.Alias}'", e);
        }
    }
}
