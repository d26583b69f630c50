using Sluice.Redis.Protocol;

namespace Sluice.Redis.Connections;

/// <summary>A connection could not be made or was lost; another attempt may succeed.</summary>
public sealed class RedisConnectionException(string endpoint, string message, Exception? inner = null)
    : Exception($"{endpoint}: {message}", inner)
{
    public string Endpoint { get; } = endpoint;
}

/// <summary>The server answered with an error that no further attempt can change, or that outlasted every attempt.</summary>
public sealed class RedisServerException(string endpoint, ServerError error, string what)
    : Exception($"{endpoint}: {what}: {error.Text}")
{
    public string Endpoint { get; } = endpoint;

    public ServerError Error { get; } = error;
}
