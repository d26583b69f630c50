using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Sluice.Redis.Connections;

namespace Sluice.Redis.Security;

/// <summary>Turns a connected socket into an encrypted stream, or says why not. There is no way back to plain text.</summary>
internal static class TlsHandshake
{
    /// <summary>What the server tells by an alert, as the library words it, and what that means to us.</summary>
    private static readonly (string Alert, bool IsAboutClient)[] s_alerts =
    [
        ("alert certificate required", true), ("alert bad certificate", true), ("alert unknown ca", true), ("alert certificate expired", true),
        ("alert certificate revoked", true), ("alert certificate unknown", true), ("alert unsupported certificate", true),
        ("alert access denied", true), ("alert decrypt error", true), ("alert no certificate", true), ("alert ", false),
    ];

    /// <exception cref="RedisSecurityException">One of the two ends refuses.</exception>
    /// <exception cref="RedisConnectionException">The server hangs up without a word.</exception>
    public static async Task<SslStream> PerformAsync(Socket socket, RedisOptions options, TlsOptions security, CancellationToken within)
    {
        var check = new CertificateCheck(options.Host, security);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = security.ChainPolicy(),
                    ClientCertificateContext = security.Client,
                    RemoteCertificateValidationCallback = check.Accepts,
                },
                within);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (check.Fault is { } fault)
            {
                throw new RedisSecurityException(options.Endpoint, fault.Problem, fault.Message);
            }

            throw e switch
            {
                AuthenticationException => Refusal(e, options) ?? new RedisSecurityException(options.Endpoint, TlsProblem.NotTls, $"what answers there does not speak TLS: {Innermost(e).Message}"),
                IOException or SocketException => Refusal(e, options) ?? (Exception)Unanswered(options, "the server closed the connection during the TLS handshake (one that takes no more clients does that too)", e),
                _ => e,
            };
        }
    }

    /// <summary>An attempt that got no answer to its handshake.</summary>
    public static RedisConnectionException Unanswered(RedisOptions options, string what, Exception inner) =>
        new(options.Endpoint, what, inner) { Doubt = TlsDoubt.MayNotSpeakTls };

    /// <summary>The server's alert; null where the exception is about something else. In TLS 1.3 what a server thinks of the
    /// client's certificate comes after the handshake, in the place of the first reply.</summary>
    public static RedisSecurityException? Refusal(Exception e, RedisOptions options)
    {
        var text = Innermost(e).Message;
        var index = Array.FindIndex(s_alerts, a => text.Contains(a.Alert, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            return null;
        }

        var isGiven = options.Security?.Client is not null;

        // TLS 1.2 has no word of its own for a certificate that is missing.
        var isAboutClient = s_alerts[index].IsAboutClient || (!isGiven && text.Contains("alert handshake failure", StringComparison.OrdinalIgnoreCase));
        var alert = text[text.IndexOf("alert ", StringComparison.OrdinalIgnoreCase)..];
        return !isAboutClient ? new RedisSecurityException(options.Endpoint, TlsProblem.Refused, $"the server refuses the TLS handshake: {alert}")
            : isGiven ? new RedisSecurityException(options.Endpoint, TlsProblem.ClientCertificateRefused, $"the server does not take the certificate of the client: {alert}")
            : new RedisSecurityException(options.Endpoint, TlsProblem.ClientCertificateWanted, $"the server wants a certificate of the client: {alert}");
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
