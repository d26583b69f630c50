using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>An authority that signs what a test needs, and writes it into files as users have them.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly string _folder = ServerProcess.NewSharedFolder("authority");
    private int _files;

    /// <param name="by">Who signs this authority's own certificate; null: itself.</param>
    public TestAuthority(string name, TestAuthority? by = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var (from, to) = (_now.AddDays(-1000), _now.AddDays(1000));
        Certificate = by is null ? request.CreateSelfSigned(from, to) : request.Create(by.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(by._key), from, to.AddDays(-1), [1, 2, 3]);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>So many days from now, as certificates of this authority count them.</summary>
    public DateTimeOffset Day(int days) => _now.AddDays(days);

    public string Pem => Write(".pem", Encoding.ASCII.GetBytes(Certificate.ExportCertificatePem()));

    /// <summary>A trust store of Java with this one certificate.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The format knows no other hash.")]
    public string Jks(string password)
    {
        var bytes = new List<byte>();
        void Integer(int value)
        {
            var four = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(four, value);
            bytes.AddRange(four);
        }

        void Text(string text)
        {
            bytes.AddRange([(byte)(text.Length >> 8), (byte)text.Length]);
            bytes.AddRange(Encoding.UTF8.GetBytes(text));
        }

        foreach (var value in (int[])[unchecked((int)0xFEEDFEED), 2, 1, 2])
        {
            Integer(value);
        }

        Text("authority");
        bytes.AddRange(new byte[8]);
        Text("X.509");
        Integer(Certificate.RawData.Length);
        bytes.AddRange(Certificate.RawData);
        bytes.AddRange(SHA1.HashData([.. Encoding.BigEndianUnicode.GetBytes(password), .. "Mighty Aphrodite"u8, .. bytes]));
        return Write(".jks", [.. bytes]);
    }

    public string Pkcs12(string password) => Write(".p12", new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(Certificate.RawData)).Export(X509ContentType.Pkcs12, password)!);

    /// <summary>A certificate and its key in one PEM file, for a server of these names and addresses; without any, for a client.</summary>
    /// <param name="from">The day from which it is valid; today is 0.</param>
    /// <param name="to">The day until which it is valid.</param>
    /// <param name="withAuthority">Whether the authority's own certificate goes with it, for clients that do not know it.</param>
    public string Issue(IReadOnlyList<string> names, int from = -900, int to = 300, string? keyPassword = null, bool withAuthority = false)
    {
        using var certificate = Sign(names, from, to);
        var key = certificate.GetECDsaPrivateKey()!;
        var keyPem = keyPassword is null ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(keyPassword, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var chain = withAuthority ? Certificate.ExportCertificatePem() : "";
        return Write(".pem", Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{chain}\n{keyPem}\n"));
    }

    /// <summary>The same for a client, as PKCS#12.</summary>
    public string IssuePkcs12(string password)
    {
        using var certificate = Sign([], -900, 300);
        return Write(".p12", certificate.Export(X509ContentType.Pkcs12, password));
    }

    public string Write(string ending, byte[] bytes)
    {
        var path = Path.Combine(_folder, $"{_files++}{ending}");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Sign(IReadOnlyList<string> names, int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={(names.Count > 0 ? "server" : "client")}", key, HashAlgorithmName.SHA256);
        if (names.Count > 0)
        {
            var builder = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    builder.AddIpAddress(address);
                }
                else
                {
                    builder.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(builder.Build());
        }

        using var signed = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), Day(from), Day(to), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
