using System.Globalization;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Sentinels;

/// <summary>Finds the master that sentinels know by a name, anew for each connection: after a failover it is another server.
/// May be used by many tasks at once.</summary>
/// <param name="name">What the sentinels call the master.</param>
/// <param name="sentinels">How to reach each of them; any one is enough.</param>
public sealed class SentinelMaster(string name, IReadOnlyList<RedisOptions> sentinels)
{
    private volatile int _lastGood;
    private volatile bool _hasAnswered;
    private MasterWatch? _watch;

    /// <summary>The master's name, and where it is asked for.</summary>
    public string Name { get; } = $"{name} ({(sentinels.Count == 1 ? "sentinel" : "sentinels")} {string.Join(", ", sentinels.Select(s => s.Endpoint))})";

    /// <summary>Whether a sentinel has named a master at least once.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>Takes the addresses of the old and the new master, once per switch; called on any thread.</summary>
    public Action<string, string>? Switched
    {
        get => Watch.Switched;
        set => Watch.Switched = value;
    }

    internal IReadOnlyList<RedisOptions> Sentinels => sentinels;

    internal MasterWatch Watch => LazyInitializer.EnsureInitialized(ref _watch, () => new MasterWatch(this));

    /// <summary>Asks once more which server is the master, when everything is written and every pipeline has ended. Sentinels that are
    /// away say nothing.</summary>
    /// <returns>The last switch since the first connection; null where there was none.</returns>
    public Task<MasterSwitch?> LookBackAsync(TimeProvider clock, CancellationToken stop) => Watch.LookBackAsync(clock, stop);

    /// <summary>Asks the sentinels in turn, and connects to the server that they name. It must say itself that it is a master: a
    /// sentinel that was cut off from the others may still name the one before.</summary>
    /// <exception cref="RedisConnectionException">No sentinel answers, or there is no master just now.</exception>
    /// <exception cref="RedisServerException">A server refuses.</exception>
    /// <exception cref="SentinelException">No sentinel names a master, and one will never do.</exception>
    internal async Task<RedisConnection> ConnectAsync(RedisOptions options, TimeProvider clock, CancellationToken stop)
    {
        var failures = new List<string>();
        var tried = new HashSet<string>();
        RedisServerException? refusal = null;
        var doubt = TlsDoubt.None;
        var first = _lastGood;
        for (var i = 0; i < sentinels.Count; i++)
        {
            var index = (first + i) % sentinels.Count;
            try
            {
                if (await AskAsync(sentinels[index], clock, stop) is var named && tried.Add(named.Endpoint))
                {
                    _hasAnswered = true;
                    var master = await ConnectAsync(options, named, clock, stop);
                    _lastGood = index;
                    if (!options.Stays)
                    {
                        Watch.Join(master, options, clock);
                    }

                    return master;
                }
            }
            catch (RedisConnectionException e)
            {
                doubt = e.Doubt;
                failures.Add(e.Message);
            }
            catch (RedisServerException e) when (tried.Count == 0 || e is SentinelException)
            {
                failures.Add(e.Message);
                refusal ??= e;
            }
        }

        throw tried.Count == 0 && refusal is not null ? refusal
            : new RedisConnectionException(Name, $"{(tried.Count == 0 ? "no sentinel answers" : "there is no master just now")}: {string.Join("; ", failures)}") { Doubt = doubt };
    }

    /// <summary>Connects to a server that must say that it is a master.</summary>
    internal Task<RedisConnection> ConnectAsync(RedisOptions options, NamedMaster named, TimeProvider clock, CancellationToken stop) => ConnectMasterAsync(options with
    {
        Host = named.Host,
        Port = named.Port,
        Sentinel = null,
        Security = options.Security is { } security ? security with { SeedHost = named.Sentinel } : null,
    }, clock, stop);

    private async Task<NamedMaster> AskAsync(RedisOptions sentinel, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            await using var connection = await RedisConnection.ConnectAsync(sentinel, clock, stop);
            return await AskAsync(connection, sentinel, stop);
        }
        catch (RedisServerException e) when (e.GetType() == typeof(RedisServerException) && e.Error.Class is not ErrorClass.Retry)
        {
            throw new SentinelException(sentinel.Endpoint, SentinelProblem.Refused, e.Error.Text);
        }
    }

    /// <summary>Whom a sentinel names.</summary>
    internal async Task<NamedMaster> AskAsync(RedisConnection connection, RedisOptions sentinel, CancellationToken stop)
    {
        if (connection.Server.Mode is not (null or "sentinel"))
        {
            throw new SentinelException(sentinel.Endpoint, SentinelProblem.NoSentinel, $"the server is no sentinel but a Redis server ({connection.Server.Mode})");
        }

        var reply = await connection.CallAsync(stop, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
        return reply is object?[] { Length: >= 2 } parts && int.TryParse(parts[1] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new NamedMaster(parts[0] as string ?? "", port, sentinel.Host)
            : throw new SentinelException(sentinel.Endpoint, SentinelProblem.UnknownMaster, $"the sentinel knows no master '{name}'{await KnownAsync(connection, stop)}");
    }

    /// <summary>How many elections the sentinel knows of: one that knows of more is the one to believe. Null where it does not tell.</summary>
    internal async Task<long?> EpochAsync(RedisConnection connection, CancellationToken stop) =>
        await connection.CallAsync(stop, "SENTINEL", "MASTER", name) is object?[] fields
        && long.TryParse(ValueOf(fields, "config-epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;

    private static async Task<string> KnownAsync(RedisConnection connection, CancellationToken stop)
    {
        try
        {
            var masters = await connection.CallAsync(stop, "SENTINEL", "MASTERS") as object?[] ?? [];
            var names = masters.OfType<object?[]>().Select(fields => ValueOf(fields, "name")).OfType<string>().Order(StringComparer.Ordinal).ToList();
            return names.Count == 0 ? "; it knows none at all" : $"; it knows {string.Join(", ", names)}";
        }
        catch (Exception e) when (e is RedisServerException or RedisConnectionException)
        {
            return "";
        }
    }

    /// <summary>Fields and values in turn, also where a map was answered.</summary>
    private static string? ValueOf(object?[] fields, string name)
    {
        var index = Array.FindIndex(fields, f => name.Equals(f as string, StringComparison.Ordinal));
        return index >= 0 && index + 1 < fields.Length ? fields[index + 1] as string : null;
    }

    private async Task<RedisConnection> ConnectMasterAsync(RedisOptions master, TimeProvider clock, CancellationToken stop)
    {
        var connection = await RedisConnection.ConnectAsync(master, clock, stop);
        try
        {
            return await RoleAsync(connection, stop) is null or "master"
                ? connection
                : throw new RedisConnectionException(master.Endpoint, $"a sentinel names it as the master '{name}', and it is a replica");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Null where the server does not let this user ask.</summary>
    private static async Task<string?> RoleAsync(RedisConnection connection, CancellationToken stop)
    {
        try
        {
            return (await connection.CallAsync(stop, "ROLE") as object?[])?[0] as string;
        }
        catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry)
        {
            // INFO is more often allowed.
        }

        try
        {
            var info = await connection.CallAsync(stop, "INFO", "replication") as string ?? "";
            return info.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.StartsWith("role:", StringComparison.Ordinal))?["role:".Length..];
        }
        catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry)
        {
            return null;
        }
    }
}
