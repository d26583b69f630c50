using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.TrustStores;

/// <summary>What a client shows to a server that asks who it is.</summary>
internal static class ClientCertificate
{
    /// <param name="password">Of the store, or of the key in a PEM file; null where there is none.</param>
    /// <exception cref="ConfigException">The file cannot be read, or it does not hold one certificate with its key.</exception>
    public static SslStreamCertificateContext Read(string path, string? password, Place? place)
    {
        var file = StoreFile.Read(path, place);
        var (certificates, key) = file.Kind == StoreKind.Pem ? OfPem(file, password) : OfStore(KeyStore.Read(file, password, null));
        using (key)
        {
            var own = certificates.FirstOrDefault(c => Belongs(c, key)) ?? throw file.Wrong("holds a key and no certificate that belongs to it");
            certificates.Remove(own);
            using var pair = key is RSA rsa ? own.CopyWithPrivateKey(rsa) : own.CopyWithPrivateKey((ECDsa)key);

            // Not every system takes a key that was never in a store.
            var whole = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(whole, certificates, offline: true);
        }
    }

    private static (X509Certificate2Collection Certificates, AsymmetricAlgorithm Key) OfStore(KeyStore store)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(store.CertificatesPem);
        return (certificates, ReadKey(store.KeyPem, null));
    }

    private static (X509Certificate2Collection Certificates, AsymmetricAlgorithm Key) OfPem(StoreFile file, string? password)
    {
        var text = Encoding.UTF8.GetString(file.Bytes);
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw file.Wrong("holds no private key; the client's file holds its certificate and the key that belongs to it");
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw TrustStore.Unreadable(file, password, e);
        }

        if (certificates.Count == 0)
        {
            throw file.Wrong("holds no certificate; the client's file holds its certificate and the key that belongs to it");
        }

        var isEncrypted = text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && password is null)
        {
            throw file.Wrong("holds an encrypted key, which needs its password");
        }

        try
        {
            return (certificates, ReadKey(text, isEncrypted ? password : null));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw file.Wrong(isEncrypted ? "holds a key that the password given does not open" : "holds a key that is neither RSA nor ECDSA, or that cannot be read", e);
        }
    }

    private static AsymmetricAlgorithm ReadKey(string pem, string? password)
    {
        try
        {
            return Import(RSA.Create(), pem, password);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return Import(ECDsa.Create(), pem, password);
        }
    }

    private static AsymmetricAlgorithm Import(AsymmetricAlgorithm key, string pem, string? password)
    {
        try
        {
            // A file of an ECDSA key may begin with the curve's parameters, which the key repeats.
            foreach (var range in Keys(pem))
            {
                if (password is null)
                {
                    key.ImportFromPem(pem[range]);
                }
                else
                {
                    key.ImportFromEncryptedPem(pem[range], password);
                }

                return key;
            }

            throw new CryptographicException("no key");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static IEnumerable<Range> Keys(string pem)
    {
        for (var at = 0; PemEncoding.TryFind(pem.AsSpan(at), out var fields);)
        {
            var (start, length) = fields.Location.GetOffsetAndLength(pem.Length - at);
            if (pem[at..][fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                yield return (at + start)..(at + start + length);
            }

            at += start + length;
        }
    }

    private static bool Belongs(X509Certificate2 certificate, AsymmetricAlgorithm key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
}
