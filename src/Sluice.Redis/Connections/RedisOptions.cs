using Sluice.Redis.Clustering;
using Sluice.Redis.Protocol;
using Sluice.Redis.Security;
using Sluice.Redis.Sentinels;

namespace Sluice.Redis.Connections;

/// <summary>How to reach a server, or the nodes of a cluster.</summary>
public sealed record RedisOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 6379;

    /// <summary>The ACL user; null is the server's default user.</summary>
    public string? Username { get; init; }

    /// <summary>Null or empty: no authentication.</summary>
    public string? Password { get; init; }

    public int Database { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>No byte for this long while replies are due ends a connection.</summary>
    public TimeSpan SocketTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>3 is asked for first; a server without HELLO is spoken to in 2.</summary>
    public int Protocol { get; init; } = 3;

    /// <summary>Nodes of a cluster, any of which tells the others; null: a single server.</summary>
    public IReadOnlyList<NodeAddress>? Cluster { get; init; }

    /// <summary>What messages call it before it is known which server they are about.</summary>
    public string Name => Cluster is null ? Endpoint : string.Join(',', Cluster);

    /// <summary>Null: plain text.</summary>
    public TlsOptions? Security { get; init; }

    /// <summary>Who tells which server is the master; host and port are then not looked at.</summary>
    public SentinelMaster? Sentinel { get; init; }

    /// <summary>Whether a connection lives on when the sentinels name another master: the cursor of a scan means something to one server alone.</summary>
    public bool Stays { get; init; }

    /// <summary>Whether a refusal says that the server is no master any more though its connections live on, and there is somebody
    /// who knows which one is.</summary>
    internal bool LeadsElsewhere(ServerError error) => Sentinel is not null
        && (error.Text.Contains("READONLY", StringComparison.Ordinal) || error.Text.StartsWith("MASTERDOWN", StringComparison.Ordinal));

    /// <summary>host:port, or who tells them.</summary>
    public string Endpoint => Sentinel?.Name ?? $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    public sealed override string ToString() => Endpoint;
}

/// <summary>What the server told of itself at the handshake.</summary>
/// <param name="Version">Such as 7.0.15; null where it does not tell.</param>
/// <param name="Mode">standalone, cluster or sentinel; null where it does not tell.</param>
/// <param name="ClientId">Our connection's number at the server; null where it does not tell.</param>
/// <param name="RunId">Another one after each start of the server; null where it does not tell.</param>
public sealed record RedisServer(Version? Version, string? Mode, long? ClientId, int Protocol, string? RunId = null);
