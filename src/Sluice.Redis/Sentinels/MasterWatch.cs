using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Redis.Sentinels;

/// <summary>Asks sentinels every second, while there are connections to a master, which server that is, and ends those to any other one:
/// in a failover that is asked for, the old master takes writes for seconds after the sentinels have named the new one.</summary>
internal sealed class MasterWatch(SentinelMaster master)
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    /// <summary>How long the last look may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<RedisConnection> _connections = [];
    private readonly List<(string Endpoint, long At)> _acknowledged = [];

    /// <summary>What the master is called: two sentinels may call it by its name and by its address.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private RedisOptions? _options;
    private string? _current;
    private string? _previous;
    private string? _runId;
    private bool _isRunning;

    /// <summary>Takes the old and the new one, once per switch. Called by whoever notices it.</summary>
    public Action<string, string>? Switched { get; set; }

    /// <summary>Looks after a new connection to a master until it ends.</summary>
    public void Join(RedisConnection connection, RedisOptions options, TimeProvider clock)
    {
        var before = (string?)null;
        lock (_gate)
        {
            _options = options;
            _connections.Add(connection);
            if (!_left.Contains(connection.Endpoint))
            {
                // One that was left is no news: it was being connected to meanwhile, and is left again.
                before = Follow(connection);
            }

            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(() => RunAsync(clock), CancellationToken.None);
            }
        }

        Tell(before, connection.Endpoint);
    }

    /// <summary>A pipeline has ended.</summary>
    /// <param name="endpoint">Whose acknowledgement was its last.</param>
    /// <param name="at">When that was looked at.</param>
    public void Ended(string endpoint, long at)
    {
        lock (_gate)
        {
            _acknowledged.Add((endpoint, at));
        }
    }

    /// <summary>Asks once more, after the last pipeline has ended. Sentinels that do not answer are taken for those that have no news.</summary>
    /// <returns>Null where there was no switch.</returns>
    public async Task<MasterSwitch?> LookBackAsync(TimeProvider clock, CancellationToken stop)
    {
        await using var line = new SentinelLine(master, clock);
        string? named = null;
        await TimeLimit.RunAsync(s_patience, async within => named = await LookAsync(line, clock, within), clock, stop);
        lock (_gate)
        {
            if (named is not null && _current is not null && !_names.Contains(named))
            {
                // The sentinels are sure of it, and it cannot be reached yet.
                return new MasterSwitch(_current, named, IsUnsettled: _acknowledged.Count > 0);
            }

            var unsettled = _acknowledged.Find(a => !_names.Contains(a.Endpoint)).Endpoint;
            return (unsettled ?? _previous) is { } from ? new MasterSwitch(from, _current!, unsettled is not null) : null;
        }
    }

    private async Task RunAsync(TimeProvider clock)
    {
        await using var line = new SentinelLine(master, clock);
        while (true)
        {
            await Task.Delay(s_period, clock);
            lock (_gate)
            {
                _connections.RemoveAll(c => c.Ended.IsCompleted);
                if (_connections.Count == 0)
                {
                    _isRunning = false;
                    return;
                }
            }

            await LookAsync(line, clock, CancellationToken.None);
        }
    }

    /// <summary>Whom the sentinels name; null where none answers, or the one that does knows less than the others.</summary>
    private async Task<string?> LookAsync(SentinelLine line, TimeProvider clock, CancellationToken stop)
    {
        var asked = clock.GetTimestamp();
        if (await line.AskAsync(stop) is not var (sentinel, named))
        {
            return null;
        }

        if (!IsCurrent(named.Endpoint))
        {
            if (await IsOutdatedAsync(sentinel, clock, stop))
            {
                return null;
            }

            await TryFollowAsync(named, clock, stop);
        }

        if (IsCurrent(named.Endpoint))
        {
            Leave(asked);
        }

        return named.Endpoint;
    }

    private bool IsCurrent(string endpoint)
    {
        lock (_gate)
        {
            return _names.Contains(endpoint);
        }
    }

    /// <summary>Ends the connections to all others. What was acknowledged before the sentinels were asked, and by the master, is settled.</summary>
    private void Leave(long asked)
    {
        List<RedisConnection> others;
        string current;
        lock (_gate)
        {
            _acknowledged.RemoveAll(a => a.At <= asked && _names.Contains(a.Endpoint));
            others = _connections.FindAll(c => !_names.Contains(c.Endpoint));
            current = _current!;
        }

        foreach (var connection in others)
        {
            connection.Leave($"the sentinels name {current} as the master now");
        }
    }

    /// <summary>A sentinel that was cut off may still name the one before: it has seen fewer failovers than one that names the one we know.</summary>
    private async Task<bool> IsOutdatedAsync(int sentinel, TimeProvider clock, CancellationToken stop)
    {
        var all = await Task.WhenAll(master.Sentinels.Select(s => EpochAsync(s, clock, stop)));
        return all[sentinel] is (_, { } own) && all.Any(other => other is ({ } named, { } epoch) && epoch > own && IsCurrent(named));
    }

    private async Task<(string? Named, long? Epoch)> EpochAsync(RedisOptions sentinel, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            await using var connection = await RedisConnection.ConnectAsync(sentinel, clock, stop);
            return ((await master.AskAsync(connection, sentinel, stop)).Endpoint, await master.EpochAsync(connection, stop));
        }
        catch (Exception e) when (e is RedisConnectionException or RedisServerException)
        {
            return (null, null);
        }
    }

    /// <summary>The server must say itself that it is a master; else it is asked again at the next look.</summary>
    private async Task TryFollowAsync(NamedMaster named, TimeProvider clock, CancellationToken stop)
    {
        RedisOptions? options;
        lock (_gate)
        {
            options = _options;
        }

        if (options is null)
        {
            return;
        }

        try
        {
            await using var connection = await master.ConnectAsync(options, named, clock, stop);
            string? before;
            lock (_gate)
            {
                before = Follow(connection);
            }

            Tell(before, connection.Endpoint);
        }
        catch (Exception e) when (e is RedisConnectionException or RedisServerException)
        {
            // Not yet.
        }
    }

    /// <returns>The master before; null where it is still the same.</returns>
    private string? Follow(RedisConnection connection)
    {
        var (endpoint, before) = (connection.Endpoint, _current);
        if (_names.Contains(endpoint))
        {
            return null;
        }

        if (before is not null && connection.Server.RunId is { } run && run == _runId)
        {
            _names.Add(endpoint);
            return null;
        }

        _left.UnionWith(_names);
        _left.Remove(endpoint);
        _names.Clear();
        _names.Add(endpoint);
        (_current, _previous, _runId) = (endpoint, before ?? _previous, connection.Server.RunId);
        return before;
    }

    private void Tell(string? before, string now)
    {
        if (before is not null)
        {
            Switched?.Invoke(before, now);
        }
    }
}
