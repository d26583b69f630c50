using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.TrustStores;

/// <summary>A client's certificate, those between it and its authority, and its key, each as PEM.</summary>
internal sealed record KeyStore(string CertificatesPem, string KeyPem)
{
    /// <param name="keyPassword">Opens the key where it is not the store's password.</param>
    /// <exception cref="ConfigException">The file cannot be read, is PEM (which libraries read themselves), or holds not exactly one key.</exception>
    public static KeyStore Read(StoreFile file, string? password, string? keyPassword) => file.Kind switch
    {
        StoreKind.Jks => OfJks(file, password, keyPassword),
        StoreKind.Pkcs12 => OfPkcs12(file, password),
        _ => throw file.Wrong("is PEM; allowed here: JKS and PKCS#12"),
    };

    private static KeyStore OfJks(StoreFile file, string? password, string? keyPassword)
    {
        var keys = JksReader.Read(file, password).Keys;
        var key = keys.Count == 1 ? keys[0] : throw file.Wrong($"holds {keys.Count} keys; a client's store holds exactly one");
        var secret = keyPassword ?? password ?? throw file.Wrong("holds a key, which needs the password of the store");
        var plain = JksKeyProtection.Decrypt(file, key, secret, isOfStore: keyPassword is null);
        var chain = string.Join('\n', key.Chain.Select(c => PemEncoding.WriteString("CERTIFICATE", c)));
        return new KeyStore(chain, PemEncoding.WriteString("PRIVATE KEY", plain));
    }

    private static KeyStore OfPkcs12(StoreFile file, string? password)
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(file.Bytes, password, X509KeyStorageFlags.Exportable);
            var own = all.Where(c => c.HasPrivateKey).ToList();
            if (own.Count != 1)
            {
                throw file.Wrong($"holds {own.Count} keys; a client's store holds exactly one");
            }

            using AsymmetricAlgorithm key = own[0].GetRSAPrivateKey() ?? (AsymmetricAlgorithm?)own[0].GetECDsaPrivateKey()
                ?? throw file.Wrong("holds a key that is neither RSA nor ECDSA");
            var chain = string.Join('\n', ((X509Certificate2[])[own[0], .. all.Where(c => !c.HasPrivateKey)]).Select(c => c.ExportCertificatePem()));
            return new KeyStore(chain, key.ExportPkcs8PrivateKeyPem());
        }
        catch (CryptographicException e)
        {
            throw TrustStore.Unreadable(file, password, e);
        }
    }
}
