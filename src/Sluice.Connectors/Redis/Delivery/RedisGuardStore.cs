using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>Exactly-once: a hash with the splits of an instance, and a guard for each split, which the writers move on in one unit with its
/// rows (S-27). Whoever claims a split fences whoever had it.</summary>
/// <param name="slots">In a cluster: how its slots are reached. Else null.</param>
internal sealed class RedisGuardStore(JobInstance instance, string server, StoreConnection connection, SlotStore? slots, TimeSpan retention, TimeProvider clock) : IPositionStore
{
    /// <summary>Commands of one step go out in parts of so many keys.</summary>
    private const int KeysPerCommand = 512;

    private readonly string _key = StoredHash.JobPrefix + instance.Id;
    private readonly ConcurrentDictionary<string, (Split Split, Guard Guard)> _guards = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _beginning = new(1);
    private IReadOnlyList<StoredSplit> _splits = [];
    private bool _isFinished;
    private bool _isForgotten;
    private bool _comeAndGo;
    private volatile bool _isStored;

    /// <param name="place">Where exactly-once is asked for.</param>
    /// <exception cref="ConfigException">Another start would be another instance (S-27b).</exception>
    public static RedisGuardStore Of(JobInstance instance, Place place, string server, StoreConnection connection, SlotStore? slots, TimeSpan retention, TimeProvider clock)
    {
        var fromClock = instance.FromClock;
        return fromClock.Count == 0
            ? new RedisGuardStore(instance, server, connection, slots, retention, clock)
            : throw new ConfigException(place, $"exactly-once, and {string.Join(", ", fromClock.Select(c => c.Placeholder))} {(fromClock.Count == 1 ? "is" : "are")} taken from the clock, so that each start would be another job; give the value{(fromClock.Count == 1 ? "" : "s")} with -p, --bizdate or --cyctime");
    }

    public string Name => $"{server}, key '{_key}'";

    public bool IsExactlyOnce => true;

    public bool KeepsSplitsApart => slots is not null;

    public Task<StoredJob?> LoadAsync(CancellationToken stop) => connection.UseAsync<StoredJob?>(async redis =>
    {
        var stored = await JobAsync(redis, stop);
        await TryRightsAsync(redis, stop);
        if (stored is not { } job)
        {
            return null;
        }

        var positions = new Dictionary<string, Position>(StringComparer.Ordinal);
        foreach (var split in job.Splits)
        {
            var key = KeyOf(split.Id);
            if (await ReadAsync(redis, key, "HGET", stop, Guard.PositionField) is string text)
            {
                positions[split.Id] = Position.TryParse(text, out var position) ? position : throw NotOurs(key);
            }
        }

        return job with { Positions = positions };
    }, stop);

    public void Begin(IReadOnlyList<Split> splits, StoredJob? continued)
    {
        _splits = [.. splits.Select(s => new StoredSplit(s.Id, s.State))];
        (_isStored, _isFinished, _comeAndGo) = (continued is not null, continued?.FinishedAt is not null, splits.Count == 0);
    }

    /// <summary>Whether the record of the instance is there, made by this run or an earlier one.</summary>
    public bool IsStored => _isStored;

    /// <summary>Before the first unit of this run is sent: makes the record of the instance, where an earlier run has not.</summary>
    public async ValueTask StoreAsync(CancellationToken stop)
    {
        if (_isStored)
        {
            return;
        }

        await _beginning.WaitAsync(stop);
        try
        {
            if (!_isStored)
            {
                await connection.UseAsync(redis => StoreOnceAsync(redis, stop), stop);
                _isStored = true;
            }
        }
        finally
        {
            _beginning.Release();
        }
    }

    public Task SaveAsync(IReadOnlyList<SplitPosition> changed, CancellationToken stop) =>
        throw new NotSupportedException("positions go with their rows");

    public Task<SplitStart> ClaimAsync(Split split, CancellationToken stop) => connection.UseAsync(async redis =>
    {
        var key = KeyOf(split.Id);
        var planned = _splits.Any(s => s.Id == split.Id);
        _comeAndGo |= !planned;
        if (!_isStored && await IsStoredAsync(redis, key, stop) && await JobAsync(redis, stop) is null)
        {
            await ForgetOrphanAsync(redis, key, stop);
        }

        var guard = await ClaimAsync(redis, key, planned ? null : ["HSET", _key, StoredHash.ClaimedPrefix + split.Id, ""], stop);
        var after = guard.Position is not { } text ? (Position?)null : Position.TryParse(text, out var position) ? position : throw NotOurs(key);
        if (slots is { HasPositions: true } && after is not { IsEnd: true })
        {
            await ReadSlotsAsync(redis, slots, guard, split, stop);
        }

        _guards[split.Id] = (split, guard);
        return new SplitStart(after, [.. guard.Ahead.Select(ahead => Position.TryParse(ahead, out var cut) ? cut : throw NotOurs(key))]);
    }, stop);

    /// <summary>How far each slot is: those ahead of the split's record are what its last unit had got to.</summary>
    private async Task ReadSlotsAsync(RedisConnection redis, SlotStore all, Guard guard, Split split, CancellationToken stop)
    {
        try
        {
            guard.Slots = await all.ReadAsync(split, stop);
        }
        catch (GuardException e) when (e.IsForeign)
        {
            throw NotOurs(e.Key);
        }

        if (!_isStored && guard.Slots.Known.Count > 0 && !_isForgotten && await JobAsync(redis, stop) is null)
        {
            throw Orphan(guard.Slots.KeyOf(guard.Slots.Known.Keys.First()));
        }

        guard.Ahead = SlotPositions.Beyond(guard.Position, [.. guard.Ahead, .. guard.Slots.Known.Values]);
    }

    /// <summary>The guard of a split that was claimed.</summary>
    /// <exception cref="EndpointException">It was claimed again since: the rows at hand are read once more.</exception>
    public Guard GuardOf(Split split) => !_guards.TryGetValue(split.Id, out var claimed) ? throw new ProtocolException($"'{split.Id}' is written exactly once, and was not claimed")
        : ReferenceEquals(claimed.Split, split) ? claimed.Guard
        : throw new EndpointException(server, $"'{split.Id}' was taken away and given back while rows of it were on their way; start the job again, which continues exactly");

    /// <summary>Another server has become the master: whether it is where this run has left its splits. Those that others have claimed
    /// since may be further.</summary>
    /// <exception cref="EndpointException">It has lost some of it, or does not answer in time.</exception>
    public async Task VerifyAsync(string endpoint, CancellationToken stop)
    {
        await connection.RenewAsync(stop);
        await connection.UseAsync(async redis =>
        {
            foreach (var guard in _guards.Values.Select(claimed => claimed.Guard))
            {
                if (Position.TryParse(guard.Position ?? "", out var ours)
                    && (await ReadAsync(redis, guard.Key, "HGET", stop, Guard.PositionField) as string ?? "") is var text
                    && (!Position.TryParse(text, out var found) || found.Ordinal < ours.Ordinal))
                {
                    throw PipelineAccount.Explain(new GuardException(endpoint, guard.Key, guard.Position, text.Length == 0 ? null : text, null));
                }
            }

            return true;
        }, stop);
    }

    /// <summary>From now on the records are only kept for a while: to say that all is done. Where splits come and go nobody knows whether
    /// others still have some.</summary>
    public async Task FinishAsync(CancellationToken stop)
    {
        if (_isFinished || _comeAndGo || !_isStored)
        {
            return;
        }

        await connection.UseAsync(async redis =>
        {
            var milliseconds = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            await redis.CallAsync(stop, "HSET", _key, StoredHash.FinishedField, StoredHash.TimeOf(clock.GetUtcNow()));
            foreach (var split in _splits)
            {
                await redis.CallAsync(stop, "PEXPIRE", KeyOf(split.Id), milliseconds);
            }

            await (slots?.ExpireAsync(milliseconds, stop) ?? Task.CompletedTask);

            // The last to go: without it the others mean nothing.
            return await redis.CallAsync(stop, "PEXPIRE", _key, milliseconds);
        }, stop);
    }

    public Task ForgetAsync(CancellationToken stop)
    {
        _isForgotten = true;
        return connection.UseAsync(async redis =>
        {
            var hash = StoredHash.Texts(await ReadAsync(redis, _key, "HGETALL", stop));
            if (hash.Count > 0 && !StoredHash.IsOurs(hash))
            {
                throw NotOurs(_key);
            }

            await TryRightsAsync(redis, stop);
            var stored = new List<string>();
            foreach (var key in StoredHash.SplitsOf(hash).Select(KeyOf))
            {
                if (await IsStoredAsync(redis, key, stop))
                {
                    stored.Add(key);
                }
            }

            await CheckSlotsAsync(stop);

            // Before the slots: where this is interrupted, each slot still says what it has.
            foreach (var keys in stored.Chunk(KeysPerCommand))
            {
                await redis.CallAsync(stop, ["DEL", .. keys]);
            }

            await (slots?.ForgetAsync(stop) ?? Task.CompletedTask);
            return hash.Count > 0 && await redis.CallAsync(stop, "DEL", _key) is not null;
        }, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        _beginning.Dispose();
    }

    private async Task CheckSlotsAsync(CancellationToken stop)
    {
        try
        {
            await (slots?.CheckAsync(stop) ?? Task.CompletedTask);
        }
        catch (GuardException e) when (e.IsForeign)
        {
            throw NotOurs(e.Key);
        }
    }

    /// <summary>Whether there is a record of a split.</summary>
    /// <exception cref="ConfigException">There is something else.</exception>
    private async Task<bool> IsStoredAsync(RedisConnection redis, string key, CancellationToken stop) =>
        await ReadAsync(redis, key, "HGETALL", stop) is object?[] { Length: > 0 } fields && (Guard.IsRecord(fields) ? true : throw NotOurs(key));

    /// <summary>In a cluster all records of an instance are in one slot.</summary>
    private string KeyOf(string split) => $"{StoredHash.PositionKeyPrefix}{(slots is null ? "" : SlotStore.TagOf(_key))}{instance.Id}:{split}";

    /// <summary>Before anything is written: in a cluster nothing can take it back.</summary>
    private Task TryRightsAsync(RedisConnection redis, CancellationToken stop) =>
        slots is null ? Task.CompletedTask : SlotRights.TryAsync(redis, _key, slots.HasPositions, stop);

    private async Task<StoredJob?> JobAsync(RedisConnection redis, CancellationToken stop)
    {
        var hash = StoredHash.Texts(await ReadAsync(redis, _key, "HGETALL", stop));
        return hash.Count == 0 ? null : StoredHash.Read(hash) ?? throw (StoredHash.IsOurs(hash)
            ? new ConfigException($"{server}: the key '{_key}' is where positions of this job are kept, and is not what this version stores; --restart forgets it and starts over")
            : NotOurs(_key));
    }

    /// <summary>Another process of the same job may have been faster; where it has cut the source in the same way, each split still has one owner.</summary>
    private async Task<bool> StoreOnceAsync(RedisConnection redis, CancellationToken stop)
    {
        while (true)
        {
            await redis.CallAsync(stop, "WATCH", _key);
            try
            {
                if (await JobAsync(redis, stop) is { } other)
                {
                    return other.Splits.SequenceEqual(_splits) && other.Fingerprint.DifferencesFrom(instance.Fingerprint).Count == 0
                        ? true
                        : throw new EndpointException(server, $"another process has started the same job meanwhile ('{_key}'); let it finish, or run this one as another instance with --job-id NAME") { IsTakenOver = true };
                }

                await redis.CallAsync(stop, "MULTI");
                await redis.CallAsync(stop, ["HSET", _key, .. StoredHash.HeadOf(instance.Fingerprint, _splits)]);
                if (await redis.CallAsync(stop, "EXEC") is not null)
                {
                    return true;
                }
            }
            finally
            {
                await Guard.UnwatchAsync(redis, stop);
            }
        }
    }

    private async Task<Guard> ClaimAsync(RedisConnection redis, string key, IReadOnlyList<string>? first, CancellationToken stop)
    {
        try
        {
            return await Guard.ClaimAsync(redis, key, Convert.ToHexString(RandomNumberGenerator.GetBytes(8)), first, stop) ?? throw NotOurs(key);
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.WrongType)
        {
            throw NotOurs(key);
        }
    }

    /// <summary>The record of the instance is gone, so nobody knows what its positions were about.</summary>
    private async Task ForgetOrphanAsync(RedisConnection redis, string key, CancellationToken stop)
    {
        if (!_isForgotten)
        {
            throw Orphan(key);
        }

        await redis.CallAsync(stop, "DEL", key);
    }

    private async Task<object?> ReadAsync(RedisConnection redis, string key, string command, CancellationToken stop, params string[] more)
    {
        try
        {
            return await redis.CallAsync(stop, [command, key, .. more]);
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.WrongType)
        {
            throw NotOurs(key);
        }
    }

    private ConfigException Orphan(string key) => new(
        $"{server}: '{key}' holds a position, but '{_key}', which says of what, is gone; --restart forgets the positions and starts over");

    private ConfigException NotOurs(string key) => new(
        $"{server}: the key '{key}' is where positions of this job are kept, and holds something else; rename it there, or choose another name with --job-id");
}
