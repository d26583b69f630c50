using System.Globalization;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>At-least-once: one hash holds the splits and positions of an instance (S-27a). It is written over a connection of its own, so
/// that no position waits behind rows.</summary>
/// <param name="connect">Opens that connection, to whoever serves a key, when it is first needed: most jobs end before.</param>
/// <param name="borrowed">A connection that is open anyway and has nothing to do until the first writer is opened; null where there is none.</param>
/// <param name="repeats">What becomes of rows that are written again; null where nothing does.</param>
/// <param name="patience">How long looking for what is stored may take with all its attempts (S-24).</param>
internal sealed class RedisPositionStore(
    JobInstance instance, string server, Func<byte[], CancellationToken, Task<RedisConnection>> connect, Func<RedisConnection?> borrowed, string? repeats, TimeSpan patience, TimeProvider clock) : IPositionStore
{
    private const string OfSomebody = "it is a hash that somebody else made; rename it there, or choose another name with --job-id";

    private readonly string _key = StoredHash.JobPrefix + instance.Id;
    private RedisConnection? _own;
    private List<StoredSplit> _splits = [];
    private bool _exists;
    private bool _isOurs;
    private bool _borrowedIsGone;

    public string Name => $"{server}, key '{_key}'";

    public bool IsExactlyOnce => false;

    public string? Repeats => repeats;

    public async Task<StoredJob?> LoadAsync(CancellationToken stop)
    {
        var hash = await ReadAsync(stop);
        _exists = hash.Count > 0;
        return !_exists ? null : StoredHash.Read(hash) ?? throw NotOurs(StoredHash.IsOurs(hash)
            ? "it is not what this version stores; --restart forgets it and starts over" : OfSomebody);
    }

    public void Begin(IReadOnlyList<Split> splits, StoredJob? continued)
    {
        _splits = [.. splits.Select(s => new StoredSplit(s.Id, s.State))];
        _isOurs = continued is not null;
    }

    public async Task SaveAsync(IReadOnlyList<SplitPosition> changed, CancellationToken stop)
    {
        var fields = changed.SelectMany(StoredHash.PositionOf).Concat([StoredHash.SavedField, clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)]);
        if (!_isOurs)
        {
            if (_exists)
            {
                // What an earlier run left. Should we be gone before the next line: then nothing is stored, and all is read again.
                await CallAsync(stop, "DEL", _key);
            }

            fields = StoredHash.HeadOf(instance.Fingerprint, _splits).Concat(fields);
        }

        await CallAsync(stop, ["HMSET", _key, .. fields]);
        (_exists, _isOurs) = (true, true);
    }

    public Task<SplitStart> ClaimAsync(Split split, CancellationToken stop) =>
        throw new NotSupportedException("positions under at-least-once are not guarded");

    public async Task FinishAsync(CancellationToken stop)
    {
        if (_exists)
        {
            await CallAsync(stop, "DEL", _key);
            (_exists, _isOurs) = (false, false);
        }
    }

    public async Task ForgetAsync(CancellationToken stop)
    {
        var hash = await ReadAsync(stop);
        _exists = hash.Count > 0;
        if (_exists && !StoredHash.IsOurs(hash))
        {
            throw NotOurs(OfSomebody);
        }

        await FinishAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is { } own)
        {
            _own = null;
            await own.DisposeAsync();
        }
    }

    private async Task<IReadOnlyList<string>> ReadAsync(CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        var backoff = new Backoff(clock);
        while (true)
        {
            try
            {
                return await CallAsync(stop, "HGETALL", _key) is object?[] items ? [.. items.Select(i => i as string ?? "")] : [];
            }
            catch (EndpointException) when (clock.GetElapsedTime(started) < patience)
            {
                await backoff.WaitAsync(stop);
            }
        }
    }

    private async Task<object?> CallAsync(CancellationToken stop, params string[] command)
    {
        var other = _own is null && !_borrowedIsGone ? borrowed() : null;
        try
        {
            return other is null ? await CallOwnAsync(command, stop) : await other.CallAsync(stop, command);
        }
        catch (RedisConnectionException e)
        {
            _borrowedIsGone |= other is not null;
            throw PipelineAccount.Explain(e);
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.WrongType)
        {
            throw NotOurs("it is of another type; rename it there, or choose another name with --job-id");
        }
        catch (RedisServerException e) when (e.Error.Class is ErrorClass.Retry or ErrorClass.Redirect)
        {
            // The server may be a replica by now, or the key served by another node.
            await DisposeAsync();
            throw new EndpointException($"redis {e.Endpoint}", e.Error.Text, e);
        }
        catch (RedisServerException e)
        {
            throw PipelineAccount.Explain(e);
        }
    }

    private async Task<object?> CallOwnAsync(string[] command, CancellationToken stop)
    {
        var isNew = _own is null;
        _own ??= await connect(System.Text.Encoding.UTF8.GetBytes(_key), stop);
        try
        {
            return await _own.CallAsync(stop, command);
        }
        catch (RedisConnectionException) when (!isNew)
        {
            // Servers close connections that are idle for long.
            await DisposeAsync();
            _own = await connect(System.Text.Encoding.UTF8.GetBytes(_key), stop);
            return await _own.CallAsync(stop, command);
        }
        catch (RedisConnectionException)
        {
            await DisposeAsync();
            throw;
        }
    }

    private ConfigException NotOurs(string what) => new($"{server}: the key '{_key}' is where the positions of this job are kept, and {what}");
}
