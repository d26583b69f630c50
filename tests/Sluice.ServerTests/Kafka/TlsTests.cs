using System.Security.Cryptography.X509Certificates;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>Encrypted connections, with the stores of Java's client.</summary>
public sealed class TlsTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string All = "format=words, scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset, properties.security.protocol=SSL";

    [Fact]
    public async Task A_broker_is_verified_against_the_trust_store()
    {
        await broker.CreateAsync("tls");
        await broker.ProduceAsync("tls", 0, ["a"]);
        var files = await TlsFiles.MakeAsync();
        await using var proxy = Proxy(files.Certificate, files.Key);

        Assert.Equal(["a"], await new KafkaTableRun().ReadAsync(proxy.Address, $"{All}, topic=tls, properties.ssl.truststore.type=PEM, properties.ssl.truststore.location={Escape(files.Ca)}"));

        var other = await new KafkaTableRun().Start(proxy.Address, $"{All}, topic=tls, properties.ssl.truststore.location={Escape(files.OtherCa)}").EndAsync();
        Assert.Equal(JobStatus.Refused, other.Status);
        Assert.Contains("the connection cannot be encrypted; look at 'properties.security.protocol' and 'properties.ssl.*'", other.Error, StringComparison.Ordinal);
        Assert.Contains("certificate verify failed", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_refused_unless_that_is_switched_off()
    {
        await broker.CreateAsync("tls-host");
        var files = await TlsFiles.MakeAsync();
        await using var proxy = Proxy(files.WrongHostCertificate, files.WrongHostKey);
        var trust = $"properties.ssl.truststore.location={Escape(files.Ca)}";

        var refused = await new KafkaTableRun().Start(proxy.Address, $"{All}, topic=tls-host, {trust}").EndAsync();
        Assert.Equal(JobStatus.Refused, refused.Status);

        var run = new KafkaTableRun();
        await run.ReadAsync(proxy.Address, $"{All}, topic=tls-host, {trust}, properties.ssl.endpoint.identification.algorithm=");
        Assert.Contains(run.Warnings, w => w.Contains("may be any other host's", StringComparison.Ordinal));
    }

    private KafkaProxy Proxy(string certificate, string key)
    {
        // A key that is read from PEM alone is not taken by every version of the runtime.
        using var read = X509Certificate2.CreateFromPemFile(certificate, key);
        return new KafkaProxy(broker.Address, certificate: X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null));
    }

    /// <summary>Options of these tests are written with / for a comma.</summary>
    private static string Escape(string path) => path.Replace("/", "\\", StringComparison.Ordinal);
}
