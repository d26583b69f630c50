namespace Sluice.Connectors.MySql;

/// <summary>How far TLS goes.</summary>
internal enum SslMode
{
    Disabled,
    /// <summary>Encrypted where the server can; nothing is verified.</summary>
    Preferred,
    /// <summary>Encrypted; nothing is verified.</summary>
    Required,
    /// <summary>The certificate comes from the given authority.</summary>
    VerifyCa,
    /// <summary>... and is made for this host.</summary>
    VerifyFull,
}

/// <summary>Everything that a connection needs. The password is not in its text.</summary>
internal sealed record MySqlEndpoint
{
    public required string Host { get; init; }

    public required uint Port { get; init; }

    /// <summary>A unix socket instead of host and port.</summary>
    public string? UnixSocket { get; init; }

    public string? Database { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public SslMode SslMode { get; init; } = SslMode.Preferred;

    public string? SslCa { get; init; }

    public string? SslCert { get; init; }

    public string? SslKey { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>No byte for that long while an answer is due ends the connection; zero waits for ever.</summary>
    public required TimeSpan SocketTimeout { get; init; }

    /// <summary>As <c>SET time_zone</c> takes it.</summary>
    public string TimeZone { get; init; } = "+00:00";

    /// <summary>Statements that the user wants to be run after connecting.</summary>
    public IReadOnlyList<string> Session { get; init; } = [];

    /// <summary>How messages call the server: <c>host:port</c>.</summary>
    public string Address => UnixSocket ?? (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}");

    public override string ToString() => Database is null ? Address : $"{Address}/{Database}";
}
