using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis;

/// <summary>How to reach Redis (S-33 to S-35): one specification for job scripts, data sources and SQL tables.</summary>
internal static class RedisConnectionSettings
{
    private static readonly Option<string?> s_host = Option.Text("host", null, "Host name or IP address of the server.");
    private static readonly Option<long> s_port = Option.Integer("port", 6379, "Port of the server.", 1, 65535);
    private static readonly Option<string?> s_hostAndPorts = new("hostAndPorts", "host:port[,host:port...]", null, ReadAddresses, "Address; wins over `host` and `port`. Of a cluster those of several nodes, with `sentinel.master` those of the sentinels: any one that answers is enough.") { Aliases = ["hostPort"] };
    private static readonly Option<string?> s_username = new("username", "text", null, (node, _) => node.Text, "ACL user; without it the server's default user.") { Aliases = ["user"] };
    private static readonly Option<string?> s_password = Option.Secret("password", "Password; any character. Empty: none.");
    private static readonly Option<long?> s_database = Option.OptionalInteger("dbNum", "Index of the database; 0 where absent.", 0, int.MaxValue, ["database"]);
    private static readonly Option<TimeSpan> s_connectTimeout = Option.Duration("connect.timeout", TimeSpan.FromSeconds(3), "How long one attempt to connect may take.");
    private static readonly Option<TimeSpan> s_socketTimeout = Option.Duration("socket.timeout", TimeSpan.FromSeconds(3), "No byte for this long while replies are due ends a connection; its commands are sent again on a new one.");
    private static readonly Option<long?> s_maxTotal = Option.OptionalInteger("connection.pool.max-total", "Connections at most, in a cluster to each node; a job opens one per task.", 1, 10_000);
    private static readonly Option<long?> s_maxIdle = Option.OptionalInteger("connection.pool.max-idle", "Idle connections kept. A batch job keeps none idle.", 0, 10_000);
    private static readonly Option<long?> s_minIdle = Option.OptionalInteger("connection.pool.min-idle", "Idle connections kept at least. A batch job keeps none idle.", 0, 10_000);
    private static readonly Option<bool> s_clusterMode = Option.Boolean("clusterMode", false, "Whether the servers are nodes of a Redis Cluster.");

    public static IReadOnlyList<IOption> Options { get; } =
    [
        s_host, s_port, s_hostAndPorts, s_username, s_password, s_database, s_connectTimeout, s_socketTimeout,
        s_maxTotal, s_maxIdle, s_minIdle, s_clusterMode, .. RedisTlsSettings.Options, .. RedisSentinelSettings.Options,
    ];

    /// <param name="baseDirectory">Relative paths count from here.</param>
    /// <param name="isTable">Whether they stand in a SQL table, which has no data sources.</param>
    /// <param name="isCluster">Whether the servers are known to be nodes of a cluster; else <c>clusterMode</c> says so.</param>
    /// <exception cref="ConfigException">No address, a wrong one, or a file that is not what it should be.</exception>
    public static RedisOptions Take(OptionBag bag, int connections, long? selectDatabase, string baseDirectory, bool isTable = false, bool isCluster = false)
    {
        bag.Take(s_maxIdle);
        bag.Take(s_minIdle);
        if (bag.Take(s_maxTotal) is { } most && connections > most)
        {
            throw new ConfigException(bag.PlaceOf(s_maxTotal), $"{connections} tasks need {connections} connections, '{s_maxTotal.Name}' allows {most}; lower {(isTable ? "'parallelism.default'" : "'concurrent'")} or raise it");
        }

        isCluster = TakeClusterMode(bag, isCluster);
        var master = TakeMaster(bag, isCluster);
        var addresses = TakeAddresses(bag, master is not null, isTable, isCluster);
        var database = bag.Take(s_database);
        if (isCluster && database > 0)
        {
            throw new ConfigException(bag.PlaceOf(s_database), $"'{s_database.Name}' is {database}, and a Redis Cluster has database 0 alone; remove it");
        }

        var (username, password) = TakeLogin(bag, s_username, s_password);
        var server = new RedisOptions
        {
            Host = addresses[0].Host,
            Port = addresses[0].Port,
            Cluster = isCluster ? addresses : null,
            Username = username,
            Password = password,
            Database = (int)(selectDatabase ?? database ?? 0),
            ConnectTimeout = TakePositive(bag, s_connectTimeout),
            SocketTimeout = TakePositive(bag, s_socketTimeout),
            Security = RedisTlsSettings.Take(bag, baseDirectory),
        };
        return server with { Sentinel = RedisSentinelSettings.Take(bag, master, addresses, server) };
    }

    /// <summary>What is not to be seen from an address; empty: a single server, and plain text.</summary>
    public static string Describe(RedisOptions server)
    {
        string?[] parts =
        [
            server.Cluster is not null ? "a cluster, through these nodes" : server.Sentinel is not null ? "the master that the sentinels name" : null,
            server.Security is null ? null : server.Security.Client is null ? "over TLS" : "over TLS with a client certificate",
        ];
        return string.Join(", ", parts.Where(part => part is not null));
    }

    /// <summary>A password alone is that of the default user; a user alone would not be logged in (S-33).</summary>
    /// <exception cref="ConfigException">A user without a password.</exception>
    public static (string? Username, string? Password) TakeLogin(OptionBag bag, Option<string?> user, Option<string?> secret)
    {
        var (username, password) = (bag.Take(user), bag.Take(secret));
        return string.IsNullOrEmpty(username) ? (null, password)
            : !string.IsNullOrEmpty(password) ? (username, password)
            : throw new ConfigException(bag.PlaceOf(user), $"'{user.Name}' goes with '{secret.Name}', which is {(bag.Has(secret) ? "empty" : "absent")}; give that too (of a user without a password any text), or remove '{user.Name}'");
    }

    private static bool TakeClusterMode(OptionBag bag, bool isCluster)
    {
        var isSaid = bag.Has(s_clusterMode);
        return bag.Take(s_clusterMode) || (isCluster && isSaid
            ? throw new ConfigException(bag.PlaceOf(s_clusterMode), $"'{s_clusterMode.Name}' is false, and 'redisMode' asks for a Redis Cluster; remove one of them")
            : isCluster);
    }

    private static TimeSpan TakePositive(OptionBag bag, Option<TimeSpan> option)
    {
        var value = bag.Take(option);
        return value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue
            ? value
            : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {value.TotalMilliseconds}ms; allowed: from 1ms to {int.MaxValue}ms");
    }

    private static string? TakeMaster(OptionBag bag, bool isCluster)
    {
        var master = RedisSentinelSettings.TakeName(bag);
        return isCluster && master is not null
            ? throw new ConfigException(bag.PlaceOf(RedisSentinelSettings.Master), $"'{RedisSentinelSettings.Master.Name}' is given, and a Redis Cluster has no sentinels; remove it, or 'redisMode' and '{s_clusterMode.Name}'")
            : master;
    }

    /// <summary>At least one; more than one of sentinels and of the nodes of a cluster.</summary>
    private static NodeAddress[] TakeAddresses(OptionBag bag, bool ofSentinels, bool isTable, bool isCluster)
    {
        var host = bag.Take(s_host);
        var port = bag.Take(s_port);
        var place = bag.PlaceOf(s_hostAndPorts);
        if (bag.Take(s_hostAndPorts) is not { Length: > 0 } list)
        {
            return ofSentinels ? throw new ConfigException(bag.PlaceOf(RedisSentinelSettings.Master), $"'{RedisSentinelSettings.Master.Name}' goes with '{s_hostAndPorts.Name}', the addresses of the sentinels; give them as host:port, separated by commas")
                : host is { Length: > 0 } ? [new NodeAddress(WithoutPort(host, bag.PlaceOf(s_host)), (int)port)]
                : throw new ConfigException(bag.Place, "no Redis address: give 'host' (and 'port')" + (isTable ? "" : ", or 'datasource' with a name from datasources.json"));
        }

        RefuseUrl(list, s_hostAndPorts.Name, place);
        var addresses = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Length > 1 && !ofSentinels && !isCluster)
        {
            throw new ConfigException(place, $"'{list}' names {addresses.Length} servers; one is allowed, or the sentinels of '{RedisSentinelSettings.Master.Name}', or the nodes of a Redis Cluster ({RedisErrors.HowToCluster})");
        }

        return addresses.Length == 0 ? throw new ConfigException(place, $"'{list}' is no address; allowed: host:port")
            : [.. addresses.Select(address => Address(address, place))];
    }

    /// <summary>A list of texts is as good as one text.</summary>
    private static string? ReadAddresses(OptionNode node, Option<string?> self) => node switch
    {
        { IsScalar: true } => node.Text,
        { Kind: OptionKind.List } when node.Items.All(item => item.IsScalar) => string.Join(',', node.Items.Select(item => item.Text)),
        _ => throw new ConfigException(node.Place, $"'{self.Name}' is {node.Show()}; allowed: {self.ValueKind}"),
    };

    /// <summary>It is not repeated in the message: there may be a password in it.</summary>
    private static void RefuseUrl(string text, string name, Place place)
    {
        if (text.Contains('/', StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal))
        {
            throw new ConfigException(place, $"'{name}' is a URL; allowed: {(name == s_host.Name ? $"the host alone, such as redis.example; the port stands in '{s_port.Name}'" : "host:port")}, the user in '{s_username.Name}', the password in '{s_password.Name}', the database in '{s_database.Name}', and rediss:// is 'tls' = 'true'");
        }
    }

    /// <summary>A host may be an IPv6 address, which has several colons.</summary>
    private static string WithoutPort(string host, Place place)
    {
        RefuseUrl(host, s_host.Name, place);
        var colon = host.LastIndexOf(':');
        var hasPort = colon >= 0 && (host.IndexOf(':', StringComparison.Ordinal) == colon || (colon > 0 && host[colon - 1] == ']'));
        return !hasPort ? host
            : throw new ConfigException(place, $"'{s_host.Name}' is \"{host}\", which is more than a host; put what follows the colon into '{s_port.Name}', or give '{s_hostAndPorts.Name}' = '{host}'");
    }

    private static NodeAddress Address(string address, Place place)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is > 0 and < 65536
            ? new NodeAddress(address[..colon].Trim('[', ']'), given)
            : throw new ConfigException(place, $"'{address}' is no address; allowed: host:port");
    }
}
