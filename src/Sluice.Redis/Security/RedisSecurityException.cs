using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Security;

/// <summary>Why no encrypted connection comes about.</summary>
public enum TlsProblem
{
    /// <summary>No trusted authority stands behind the server's certificate.</summary>
    NotTrusted,
    Expired,
    NotYetValid,
    /// <summary>The certificate is another host's.</summary>
    OtherHost,
    /// <summary>The certificate is no good in another way.</summary>
    BadCertificate,
    /// <summary>What answers there is not TLS.</summary>
    NotTls,
    /// <summary>The server wants a certificate of the client, and there is none.</summary>
    ClientCertificateWanted,
    /// <summary>The server does not take the client's certificate.</summary>
    ClientCertificateRefused,
    /// <summary>The server ends the handshake for another reason, which it tells.</summary>
    Refused,
}

/// <summary>An encrypted connection is refused by one of its two ends; no further attempt can change that.</summary>
public sealed class RedisSecurityException(string endpoint, TlsProblem problem, string message)
    : RedisServerException(endpoint, new ServerError(message, ErrorClass.Stop), "TLS")
{
    public TlsProblem Problem { get; } = problem;
}
