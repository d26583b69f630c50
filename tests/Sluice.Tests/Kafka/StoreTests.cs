using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sluice.Connectors.Kafka;
using Sluice.Connectors.Kafka.Native;
using Sluice.Connectors.TrustStores;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Tests.Kafka;

/// <summary>Certificate stores as Java, OpenSSL and others write them. The JKS ones are put together here, byte by byte, as the
/// format is described.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The format knows no other hash.")]
public sealed class StoreTests : IDisposable
{
    private const string Password = "pass ✓";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-stores-").FullName;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public StoreTests() => _certificate = new CertificateRequest("CN=store test", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));

    [Theory]
    [InlineData(Password)]
    [InlineData(null)]
    public void A_jks_trust_store_is_read_with_its_password_or_unchecked_without(string? password)
    {
        var store = TrustStore.Read(Write("t.jks", Jks(trusted: true, key: false)), password, null);
        Assert.Equal(_certificate.RawData, Assert.Single(store).RawData);
    }

    [Fact]
    public void A_jks_store_with_another_password_or_other_bytes_is_refused()
    {
        var bytes = Jks(trusted: true, key: false);
        var wrong = Assert.Throws<ConfigException>(() => TrustStore.Read(Write("t.jks", bytes), "mistyped", null));
        Assert.Contains("is not sealed with the password given", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mistyped", wrong.Message, StringComparison.Ordinal);

        bytes[40] ^= 1;
        Assert.Throws<ConfigException>(() => TrustStore.Read(Write("t.jks", bytes), Password, null));
    }

    [Fact]
    public void A_jks_store_that_is_cut_short_anywhere_is_refused()
    {
        var bytes = Jks(trusted: true, key: false);
        for (var length = 4; length < bytes.Length; length += 7)
        {
            var path = Write("t.jks", bytes[..length]);
            Assert.Throws<ConfigException>(() => TrustStore.Read(path, Password, null));
            Assert.Throws<ConfigException>(() => TrustStore.Read(path, null, null));
        }
    }

    [Fact]
    public void A_key_of_a_jks_store_is_opened_with_its_password()
    {
        var keys = KeyStore.Read(StoreFile.Read(Write("k.jks", Jks(trusted: false, key: true)), null), Password, null);
        using var read = RSA.Create();
        read.ImportFromPem(keys.KeyPem);
        Assert.Equal(_key.ExportPkcs8PrivateKey(), read.ExportPkcs8PrivateKey());
        Assert.Contains("BEGIN CERTIFICATE", keys.CertificatesPem, StringComparison.Ordinal);

        var e = Assert.Throws<ConfigException>(() => KeyStore.Read(StoreFile.Read(Path.Combine(_folder, "k.jks"), null), Password, "other"));
        Assert.Contains("that the key password given does not open", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ConfigException>(() => JksKeyProtection.Decrypt(StoreFile.Read(Path.Combine(_folder, "k.jks"), null), JksReader.Read(StoreFile.Read(Path.Combine(_folder, "k.jks"), null), null).Keys[0], "other", isOfStore: true));
        Assert.Contains("that the password of the store does not open; both must be the same: keytool -keypasswd", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pkcs12_store_is_read_with_its_password_only()
    {
        var path = Write("t.p12", _certificate.Export(X509ContentType.Pkcs12, Password));
        Assert.Equal(_certificate.RawData, Assert.Single(TrustStore.Read(path, Password, null)).RawData);
        Assert.Contains("needs its password", Assert.Throws<ConfigException>(() => TrustStore.Read(path, null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("does not open", Assert.Throws<ConfigException>(() => TrustStore.Read(path, "other", null)).Message, StringComparison.Ordinal);
        using var read = RSA.Create();
        read.ImportFromPem(KeyStore.Read(StoreFile.Read(path, null), Password, null).KeyPem);
        Assert.Equal(_key.ExportPkcs8PrivateKey(), read.ExportPkcs8PrivateKey());
    }

    [Fact]
    public void What_is_no_store_is_refused()
    {
        Assert.Contains("cannot be read", Assert.Throws<ConfigException>(() => TrustStore.Read(Path.Combine(_folder, "none"), null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("allowed: JKS, PKCS#12 and PEM", Assert.Throws<ConfigException>(() => TrustStore.Read(Write("x", "hello"u8.ToArray()), null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("no certificate to trust", Assert.Throws<ConfigException>(() => TrustStore.Read(Write("k.jks", Jks(trusted: false, key: true)), Password, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stores_of_Java_become_pem_texts_that_librdkafka_takes()
    {
        Write("t.jks", Jks(trusted: true, key: false));
        Write("k.jks", Jks(trusted: false, key: true));
        var properties = KafkaProperties.Translate(
            [
                new KafkaProperty("bootstrap.servers", "b:1", null), new KafkaProperty("security.protocol", "SSL", null),
                new KafkaProperty("ssl.truststore.location", "t.jks", null), new KafkaProperty("ssl.truststore.password", Password, null), new KafkaProperty("ssl.truststore.type", "JKS", null),
                new KafkaProperty("ssl.keystore.location", "k.jks", null), new KafkaProperty("ssl.keystore.password", Password, null),
            ],
            ClientKind.Consumer, null, _folder, new Report(false, _ => { }));

        Assert.Equal(["bootstrap.servers", "security.protocol", "ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem"], properties.Settings.Select(s => s.Name));
        using var client = new KafkaConsumer(new ClientSettings(properties, [], [("group.id", "g")], null));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private byte[] Jks(bool trusted, bool key)
    {
        var bytes = new List<byte>();
        Integer(bytes, 0xFEEDFEED);
        Integer(bytes, 2);
        Integer(bytes, (trusted ? 1u : 0) + (key ? 1u : 0));
        if (trusted)
        {
            Integer(bytes, 2);
            Text(bytes, "ca");
            bytes.AddRange(new byte[8]);
            Certificate(bytes);
        }

        if (key)
        {
            Integer(bytes, 1);
            Text(bytes, "me");
            bytes.AddRange(new byte[8]);
            Block(bytes, HiddenKey());
            Integer(bytes, 1);
            Certificate(bytes);
        }

        bytes.AddRange(SHA1.HashData([.. Encoding.BigEndianUnicode.GetBytes(Password), .. "Mighty Aphrodite"u8, .. bytes]));
        return [.. bytes];
    }

    private byte[] HiddenKey()
    {
        var password = Encoding.BigEndianUnicode.GetBytes(Password);
        var plain = _key.ExportPkcs8PrivateKey();
        byte[] salt = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
        var stream = new List<byte>();
        for (var link = salt; stream.Count < plain.Length; stream.AddRange(link))
        {
            link = SHA1.HashData([.. password, .. link]);
        }

        byte[] hidden = [.. salt, .. plain.Select((b, i) => (byte)(b ^ stream[i])), .. SHA1.HashData([.. password, .. plain])];
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.6.1.4.1.42.2.17.1.1");
                writer.WriteNull();
            }

            writer.WriteOctetString(hidden);
        }

        return writer.Encode();
    }

    private void Certificate(List<byte> to)
    {
        Text(to, "X.509");
        Block(to, _certificate.RawData);
    }

    private static void Block(List<byte> to, byte[] block)
    {
        Integer(to, (uint)block.Length);
        to.AddRange(block);
    }

    private static void Text(List<byte> to, string text)
    {
        to.AddRange([(byte)(text.Length >> 8), (byte)text.Length]);
        to.AddRange(Encoding.UTF8.GetBytes(text));
    }

    private static void Integer(List<byte> to, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        to.AddRange(bytes);
    }
}
