using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.TrustStores;

/// <summary>The authorities that a server's certificate may come from.</summary>
internal static class TrustStore
{
    /// <param name="password">Checks the store's integrity or opens it; null where there is none.</param>
    /// <exception cref="ConfigException">The file cannot be read, or it holds no certificate.</exception>
    public static X509Certificate2Collection Read(string path, string? password, Place? place)
    {
        var file = StoreFile.Read(path, place);
        var certificates = new X509Certificate2Collection();
        try
        {
            switch (file.Kind)
            {
                case StoreKind.Jks:
                    foreach (var bytes in JksReader.Read(file, password).Trusted)
                    {
                        certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
                    }

                    break;
                case StoreKind.Pkcs12:
                    certificates = X509CertificateLoader.LoadPkcs12Collection(file.Bytes, password);
                    break;
                default:
                    certificates.ImportFromPem(System.Text.Encoding.UTF8.GetString(file.Bytes));
                    break;
            }
        }
        catch (CryptographicException e)
        {
            throw Unreadable(file, password, e);
        }

        return certificates.Count > 0 ? certificates : throw file.Wrong("holds no certificate to trust");
    }

    /// <summary>The same as one PEM text.</summary>
    public static string ReadPem(string path, string? password, Place? place) => Read(path, password, place).ExportCertificatePems();

    internal static ConfigException Unreadable(StoreFile file, string? password, CryptographicException e) => file.Kind == StoreKind.Pkcs12
        ? file.Wrong(password is null ? "is a PKCS#12 store that needs its password" : "is a PKCS#12 store that does not open with the password given", e)
        : file.Wrong($"holds a certificate that cannot be read: {e.Message}", e);
}
