using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Sentinels;

namespace Sluice.Connectors.Redis;

/// <summary>Which master to ask sentinels for, and how (S-35).</summary>
internal static class RedisSentinelSettings
{
    private static readonly Option<string?> s_username = new("sentinel.username", "text", null, (node, _) => node.Text, "ACL user at the sentinels; goes with `sentinel.password`.") { Aliases = ["sentinel.user"] };
    private static readonly Option<string?> s_password = Option.Secret("sentinel.password", "Password at the sentinels; any character.");

    public static Option<string?> Master { get; } = Option.Text("sentinel.master", null, "Name by which sentinels know the master; `hostAndPorts` are then the sentinels. The TLS options hold for both.");

    public static IReadOnlyList<IOption> Options { get; } = [Master, s_username, s_password];

    /// <summary>The name of the master; null where there is no talk of sentinels.</summary>
    public static string? TakeName(OptionBag bag) => bag.Take(Master) is { Length: > 0 } name ? name : null;

    /// <param name="addresses">Of the sentinels.</param>
    /// <param name="server">How the master is reached; timeouts and encryption hold for the sentinels too.</param>
    /// <exception cref="ConfigException">A user or a password for sentinels, and no master.</exception>
    public static SentinelMaster? Take(OptionBag bag, string? name, IReadOnlyList<NodeAddress> addresses, RedisOptions server)
    {
        if (name is not null)
        {
            var (username, password) = RedisConnectionSettings.TakeLogin(bag, s_username, s_password);
            return new SentinelMaster(name, [.. addresses.Select(a => new RedisOptions
            {
                Host = a.Host,
                Port = a.Port,
                Username = username,
                Password = password,
                ConnectTimeout = server.ConnectTimeout,
                SocketTimeout = server.SocketTimeout,
                Security = server.Security,
            })]);
        }

        var (isUser, isPassword) = (!string.IsNullOrEmpty(bag.Take(s_username)), !string.IsNullOrEmpty(bag.Take(s_password)));
        var alone = isUser ? s_username : s_password;
        return !isUser && !isPassword ? null
            : throw new ConfigException(bag.PlaceOf(alone), $"'{alone.Name}' goes with '{Master.Name}', the name of the master that the sentinels are asked for; give that too, or remove it");
    }
}
