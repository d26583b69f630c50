namespace Sluice.ServerTests.Servers;

/// <summary>A real <c>redis-server</c> with a TLS port beside its plain one, which tests look through.</summary>
internal sealed class TlsRedis : IAsyncDisposable
{
    private TlsRedis(RedisServer server, int port) => (Server, Port) = (server, port);

    public RedisServer Server { get; }

    /// <summary>The TLS port.</summary>
    public int Port { get; }

    /// <param name="certificate">A PEM file with certificate and key.</param>
    /// <param name="clients">A PEM file with the authority of clients, who must then show a certificate.</param>
    public static async Task<TlsRedis> StartAsync(string certificate, string? clients = null, params string[] more)
    {
        var port = ServerProcess.FreePort();
        var server = await RedisServer.StartNewAsync([.. Arguments(port, certificate), "--tls-auth-clients", clients is null ? "no" : "yes", "--tls-ca-cert-file", clients ?? certificate, .. more]);
        return new TlsRedis(server, port);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static string[] Arguments(int port, string certificate) => ["--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", certificate];
}
