using System.Collections.Concurrent;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Finds the rows of keys over one connection. All keys of a batch are asked of one server: <see cref="AskAsync"/> is where they
/// would be parted among several.</summary>
internal sealed class RedisLookupReader : ILookupReader
{
    private readonly RedisLookupSettings _settings;
    private readonly TaskContext _task;
    private readonly ReadPipeline _pipeline;
    private readonly ConcurrentBag<LookupRead> _idle = [];
    private int _reconnects;

    public RedisLookupReader(RedisLookupSettings settings, TaskContext task, IInvalidations? invalidations)
    {
        (_settings, _task) = (settings, task);
        var tracked = settings.Lookup.Tracks && invalidations is not null ? new TrackedKeys(settings, invalidations) : null;
        _pipeline = new ReadPipeline(settings.Server, settings.Clock, tracked);
    }

    public async Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop)
    {
        if (!_idle.TryTake(out var read))
        {
            read = _settings.Mode.NewRead(_settings);
        }

        read.Start(keys, found);
        try
        {
            while (read.NextRound())
            {
                await AskAsync(read, stop);
                await CheckAsync(read, stop);
            }
        }
        catch (RedisConnectionException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (RedisServerException e)
        {
            throw e.Error.Class == ErrorClass.Retry
                ? new EndpointException(_settings.Endpoint, $"the server cannot serve now: {e.Error.Text}", e)
                : PipelineAccount.Explain(e);
        }
        finally
        {
            CountReconnects();
        }

        // One whose replies may still come is not used again.
        read.End();
        _idle.Add(read);
    }

    /// <summary>Nothing of what was watched is known any more.</summary>
    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task AskAsync(LookupRead read, CancellationToken stop) =>
        _pipeline.ReadAsync(read.Writer.Written, read.Commands, read, stop);

    /// <summary>Throws what the replies of a round made impossible.</summary>
    private async ValueTask CheckAsync(LookupRead read, CancellationToken stop)
    {
        if (read.Refusal is { } refusal)
        {
            throw new RedisServerException(_settings.Server.Endpoint, refusal, "the server refuses");
        }

        if (read.HasUnexpected)
        {
            throw new ProtocolException($"{_settings.Endpoint}: a reply of a kind that {_settings.Mode.Describe(_settings)} does not have; is Redis there, and no proxy between?");
        }

        if (read.WrongTypeKey is { } key)
        {
            throw await WrongType.OfAsync(_settings, _pipeline, key, read.WrongTypeIndex, stop);
        }

        if (read.Failure is { } failure)
        {
            throw failure;
        }
    }

    private void CountReconnects()
    {
        for (var now = _pipeline.Reconnects; Volatile.Read(ref _reconnects) is var counted && counted < now;)
        {
            if (Interlocked.CompareExchange(ref _reconnects, counted + 1, counted) == counted)
            {
                _task.Books.AddReconnect();
            }
        }
    }
}
