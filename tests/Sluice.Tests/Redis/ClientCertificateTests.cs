using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Connectors.TrustStores;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Redis;

/// <summary>Files with a client's certificate and its key, good and bad (S-34).</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private static readonly DateTimeOffset s_end = DateTimeOffset.UnixEpoch.AddYears(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-client-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public ClientCertificateTests() => _certificate = new CertificateRequest("CN=client", _key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, s_end);

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(params string[] parts)
    {
        var path = Path.Combine(_folder, "client.pem");
        File.WriteAllText(path, string.Join('\n', parts));
        return path;
    }

    private void AssertRead(string path, string? password = null)
    {
        var read = ClientCertificate.Read(path, password, null).TargetCertificate;
        Assert.Equal(_certificate.RawData, read.RawData);
        Assert.True(read.HasPrivateKey);
    }

    private static void AssertRefused(string path, string? password, string message)
    {
        var e = Assert.Throws<ConfigException>(() => ClientCertificate.Read(path, password, null));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_and_key_are_found_in_any_order_and_among_others()
    {
        using var rsa = RSA.Create(2048);
        using var other = new CertificateRequest("CN=authority", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, s_end);
        AssertRead(Write(_certificate.ExportCertificatePem(), _key.ExportPkcs8PrivateKeyPem()));
        AssertRead(Write("a remark", _key.ExportECPrivateKeyPem(), "another", other.ExportCertificatePem(), _certificate.ExportCertificatePem()));

        // OpenSSL writes the curve before the key.
        AssertRead(Write(PemEncoding.WriteString("EC PARAMETERS", [6, 8, 42, 134, 72, 206, 61, 3, 1, 7]), _key.ExportECPrivateKeyPem(), _certificate.ExportCertificatePem()));

        var read = ClientCertificate.Read(Write(rsa.ExportRSAPrivateKeyPem(), _certificate.ExportCertificatePem(), other.ExportCertificatePem()), null, null);
        Assert.Equal(other.RawData, read.TargetCertificate.RawData);
    }

    [Fact]
    public void An_encrypted_key_opens_with_its_password_only()
    {
        var path = Write(_certificate.ExportCertificatePem(), _key.ExportEncryptedPkcs8PrivateKeyPem("S3cret ✓", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        AssertRead(path, "S3cret ✓");
        AssertRefused(path, null, "holds an encrypted key, which needs its password");
        AssertRefused(path, "not S3cret", "holds a key that the password given does not open");
    }

    [Fact]
    public void A_pkcs12_file_opens_with_its_password_only_and_must_hold_a_key()
    {
        var path = Path.Combine(_folder, "client.p12");
        File.WriteAllBytes(path, _certificate.Export(X509ContentType.Pkcs12, "S3cret"));
        AssertRead(path, "S3cret");
        AssertRefused(path, null, "is a PKCS#12 store that needs its password");
        AssertRefused(path, "not S3cret", "does not open with the password given");
        using var alone = X509CertificateLoader.LoadCertificate(_certificate.RawData);
        File.WriteAllBytes(path, alone.Export(X509ContentType.Pkcs12, "S3cret"));
        AssertRefused(path, "S3cret", "holds 0 keys");
    }

    [Fact]
    public void What_lacks_a_part_is_told_which()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AssertRefused(Write(_certificate.ExportCertificatePem()), null, "holds no private key");
        AssertRefused(Write(_key.ExportPkcs8PrivateKeyPem()), null, "holds no certificate;");
        AssertRefused(Write(_certificate.ExportCertificatePem(), other.ExportPkcs8PrivateKeyPem()), null, "holds a key and no certificate that belongs to it");
        AssertRefused(Write(_certificate.ExportCertificatePem(), PemEncoding.WriteString("PRIVATE KEY", [1, 2, 3])), null, "cannot be read");
        AssertRefused(Write(_certificate.ExportCertificatePem(), "-----BEGIN PRIVATE KEY-----\nMIIB"), null, "cannot be read");
        AssertRefused(Write("no certificate"), null, "is no certificate store");
        AssertRefused(Path.Combine(_folder, "none"), null, "cannot be read");
    }
}
