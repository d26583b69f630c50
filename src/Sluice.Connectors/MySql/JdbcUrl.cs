using System.Globalization;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>What a <c>jdbc:mysql://host:port,host2/database?name=value</c> says. Parameters that mean nothing here are dropped (S-5).</summary>
internal sealed record JdbcUrl
{
    private static readonly string[] s_schemes = ["jdbc:mysql://", "jdbc:mariadb://"];

    /// <summary>The servers, of which the first that can be reached is used. A port of null is the default one.</summary>
    public required IReadOnlyList<(string Host, uint? Port)> Servers { get; init; }

    public string? Database { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public SslMode? SslMode { get; init; }

    /// <exception cref="ConfigException">It is none. The message does not show it: a password may stand in it.</exception>
    public static JdbcUrl Parse(string url, Place place)
    {
        url = url.Trim();
        if (s_schemes.FirstOrDefault(s => url.StartsWith(s, StringComparison.OrdinalIgnoreCase)) is not { } scheme)
        {
            throw new ConfigException(place, "'jdbcUrl' must look like jdbc:mysql://host:port/database");
        }

        var (address, query) = Cut(url[scheme.Length..], '?');
        var (servers, database) = Cut(address, '/');
        if (!servers.Contains('@', StringComparison.Ordinal) && HidesUser(database, query))
        {
            throw new ConfigException(place, "'jdbcUrl' must look like jdbc:mysql://host:port/database; a / or ? in a user or password is written %2F or %3F, or give 'username' and 'password' beside 'jdbcUrl'");
        }

        var at = servers.LastIndexOf('@');
        var (user, password) = at < 0 ? ("", "") : Cut(servers[..at], ':');
        var parameters = Parameters(query);
        return new JdbcUrl
        {
            Servers = [.. servers[(at + 1)..].Split(',').Select(s => Server(s.Trim(), place))],
            Database = NullIfEmpty(Uri.UnescapeDataString(database)),
            Username = parameters.GetValueOrDefault("user") ?? NullIfEmpty(Uri.UnescapeDataString(user)),
            Password = parameters.GetValueOrDefault("password") ?? NullIfEmpty(Uri.UnescapeDataString(password)),
            SslMode = Mode(parameters.GetValueOrDefault("sslMode")),
        };
    }

    /// <summary>A / or ? in a password ends the servers too early: the @ that should end the user then stands behind.</summary>
    private static bool HidesUser(string database, string query)
    {
        var first = Cut(query, '&').Before;
        return database.Contains('@', StringComparison.Ordinal)
            || (first.Contains('@', StringComparison.Ordinal) && !Cut(first, '@').Before.Contains('=', StringComparison.Ordinal));
    }

    private static (string Host, uint? Port) Server(string text, Place place)
    {
        // Only a colon after the bracket of an IPv6 address starts a port.
        var colon = text.LastIndexOf(':');
        var (host, port) = colon > text.LastIndexOf(']') ? (text[..colon], text[(colon + 1)..]) : (text, "");
        var number = 0u;
        if (host.Length == 0 || (port.Length > 0 && (!uint.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is 0 or > ushort.MaxValue)))
        {
            throw new ConfigException(place, "'jdbcUrl' names a server that is none; it must look like jdbc:mysql://host:port/database");
        }

        return (host.Trim('[', ']'), port.Length == 0 ? null : number);
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => Cut(p, '=')))
        {
            parameters[name] = Uri.UnescapeDataString(value);
        }

        return parameters;
    }

    /// <summary>Connector/J's words; one that it does not know either is dropped like the rest.</summary>
    private static SslMode? Mode(string? word) => word?.Replace('-', '_').ToUpperInvariant() switch
    {
        "DISABLED" or "DISABLE" => MySql.SslMode.Disabled,
        "PREFERRED" => MySql.SslMode.Preferred,
        "REQUIRED" or "TRUST" => MySql.SslMode.Required,
        "VERIFY_CA" => MySql.SslMode.VerifyCa,
        "VERIFY_IDENTITY" or "VERIFY_FULL" => MySql.SslMode.VerifyFull,
        _ => null,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static (string Before, string After) Cut(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var i and >= 0 ? (text[..i], text[(i + 1)..]) : (text, "");
}
