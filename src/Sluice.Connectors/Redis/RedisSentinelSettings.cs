using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Connections;
using Sluice.Redis.Sentinels;

namespace Sluice.Connectors.Redis;

/// <summary>Which master to ask sentinels for, and how (S-35).</summary>
internal static class RedisSentinelSettings
{
    private static readonly Option<string?> s_username = Option.Text("sentinel.username", null, "ACL user at the sentinels.");
    private static readonly Option<string?> s_password = Option.Secret("sentinel.password", "Password at the sentinels; any character.");

    public static Option<string?> Master { get; } = Option.Text("sentinel.master", null, "Name by which sentinels know the master; `hostAndPorts` are then the sentinels. The TLS options hold for both.");

    public static IReadOnlyList<IOption> Options { get; } = [Master, s_username, s_password];

    /// <summary>The name of the master; null where there is no talk of sentinels.</summary>
    public static string? TakeName(OptionBag bag) => bag.Take(Master) is { Length: > 0 } name ? name : null;

    /// <param name="addresses">Of the sentinels.</param>
    /// <param name="server">How the master is reached; timeouts and encryption hold for the sentinels too.</param>
    /// <exception cref="ConfigException">A user or a password for sentinels, and no master.</exception>
    public static SentinelMaster? Take(OptionBag bag, string? name, IReadOnlyList<(string Host, int Port)> addresses, RedisOptions server)
    {
        var (username, password) = (bag.Take(s_username), bag.Take(s_password));
        if (name is not null)
        {
            return new SentinelMaster(name, [.. addresses.Select(a => new RedisOptions
            {
                Host = a.Host,
                Port = a.Port,
                Username = string.IsNullOrEmpty(username) ? null : username,
                Password = password,
                ConnectTimeout = server.ConnectTimeout,
                SocketTimeout = server.SocketTimeout,
                Security = server.Security,
            })]);
        }

        return string.IsNullOrEmpty(username) && string.IsNullOrEmpty(password) ? null
            : throw new ConfigException(bag.PlaceOf(string.IsNullOrEmpty(username) ? s_password : s_username), $"'{(string.IsNullOrEmpty(username) ? s_password : s_username).Name}' goes with '{Master.Name}', the name of the master that the sentinels are asked for; give that too, or remove it");
    }
}
