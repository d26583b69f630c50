using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Redis.Security;

/// <summary>How a connection is encrypted, and whom it trusts. The server is always verified.</summary>
public sealed record TlsOptions
{
    /// <summary>The only certificates to trust, authorities or servers themselves; null: the system's authorities.</summary>
    public X509Certificate2Collection? Trusted { get; init; }

    /// <summary>What <see cref="Trusted"/> is called in messages, such as <c>'ca.jks'</c>.</summary>
    public string TrustName { get; init; } = "the system's authorities";

    /// <summary>The client's own certificate with its key, and those between it and its authority; null: none.</summary>
    public SslStreamCertificateContext? Client { get; init; }

    /// <summary>The name under which the address of a server was asked for. Where a server is known by its IP address alone, because
    /// others announced it so, its certificate may be for that name instead.</summary>
    public string? SeedHost { get; init; }

    internal X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Trusted is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Trusted);
        }

        return policy;
    }
}
