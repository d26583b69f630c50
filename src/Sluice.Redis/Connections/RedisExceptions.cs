using Sluice.Redis.Protocol;

namespace Sluice.Redis.Connections;

/// <summary>What it may mean that a connection ended before the first answer.</summary>
public enum TlsDoubt
{
    None,
    /// <summary>We spoke in plain text.</summary>
    MayExpectTls,
    /// <summary>We spoke TLS.</summary>
    MayNotSpeakTls,
}

/// <summary>A connection could not be made or was lost; another attempt may succeed.</summary>
public sealed class RedisConnectionException(string endpoint, string message, Exception? inner = null)
    : Exception($"{endpoint}: {message}", inner)
{
    public string Endpoint { get; } = endpoint;

    public TlsDoubt Doubt { get; init; }
}

/// <summary>The server answered with an error that no further attempt can change, or that outlasted every attempt.</summary>
public class RedisServerException(string endpoint, ServerError error, string what)
    : Exception($"{endpoint}: {what}: {error.Text}")
{
    public string Endpoint { get; } = endpoint;

    public ServerError Error { get; } = error;
}
