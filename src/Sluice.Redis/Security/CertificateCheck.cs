using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Redis.Security;

/// <summary>Looks at the certificate of one server: who stands behind it, for whom it is, and until when.</summary>
/// <param name="host">Whom we wanted to reach: a name or an IP address.</param>
internal sealed class CertificateCheck(string host, TlsOptions security)
{
    private const int MostNames = 10;
    private const X509ChainStatusFlags NoAuthority = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>Why the certificate was not accepted.</summary>
    public (TlsProblem Problem, string Message)? Fault { get; private set; }

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = certificate is not X509Certificate2 own ? (TlsProblem.BadCertificate, "the server shows no certificate")
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && FaultOf(chain) is { } fault ? fault
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !IsOfSeed(own) ? FaultOfName(own)
            : null;
        return Fault is null;
    }

    private (TlsProblem, string)? FaultOf(X509Chain? chain)
    {
        if (chain is null || chain.ChainElements.Count == 0)
        {
            return (TlsProblem.BadCertificate, "the certificate of the server cannot be verified");
        }

        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((flags & NoAuthority) != 0 && !IsAnchored(chain))
        {
            return (TlsProblem.NotTrusted, $"the certificate of the server is not trusted by {security.TrustName}: it comes from {Quote(chain.ChainElements[^1].Certificate.Issuer)}");
        }

        if ((flags & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return FaultOfTime(chain);
        }

        var other = chain.ChainStatus.FirstOrDefault(s => (s.Status & ~NoAuthority) != 0);
        return other.Status == X509ChainStatusFlags.NoError ? null
            : (TlsProblem.BadCertificate, $"the certificate of the server is refused ({other.Status}): {other.StatusInformation.Trim()}");
    }

    /// <summary>Java takes every certificate of a trust store for an authority, be it signed by another one or not.</summary>
    private bool IsAnchored(X509Chain chain) => security.Trusted is { } trusted
        && chain.ChainElements.Any(e => trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(e.Certificate.RawDataMemory.Span)));

    private static (TlsProblem, string) FaultOfTime(X509Chain chain)
    {
        var index = chain.ChainElements.ToList().FindIndex(e => Array.Exists(e.ChainElementStatus, s => s.Status == X509ChainStatusFlags.NotTimeValid));
        var certificate = chain.ChainElements[Math.Max(index, 0)].Certificate;
        var what = index <= 0 ? "the certificate of the server" : $"the certificate of the server's authority {Quote(certificate.Subject)}";
        return certificate.NotBefore > chain.ChainPolicy.VerificationTime
            ? (TlsProblem.NotYetValid, $"{what} is not valid before {Show(certificate.NotBefore)}")
            : (TlsProblem.Expired, $"{what} has expired on {Show(certificate.NotAfter)}");
    }

    private bool IsOfSeed(X509Certificate2 certificate) => security.SeedHost is { } seed
        && IPAddress.TryParse(host, out _) && !IPAddress.TryParse(seed, out _) && certificate.MatchesHostname(seed);

    private (TlsProblem, string) FaultOfName(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        if (names.Count == 0 && certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name)
        {
            names.Add(name);
        }

        var shown = names.Count == 0 ? "no host at all" : string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", ..." : "");
        var wanted = security.SeedHost is { } seed && seed != host && IPAddress.TryParse(host, out _) ? $"{host} or {seed}" : host;
        return (TlsProblem.OtherHost, $"the certificate of the server is for {shown}, not for {wanted}");
    }

    private static string Quote(string name) => $"'{name}'";

    private static string Show(DateTime moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
