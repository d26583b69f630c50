using System.Collections.Concurrent;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Finds the rows of keys over one connection to one server.</summary>
internal sealed class RedisLookupReader : ILookupReader
{
    private readonly RedisLookupSettings _settings;
    private readonly LookupRounds _rounds;
    private readonly ReadPipeline _pipeline;
    private readonly ReconnectAccount _account;
    private readonly ConcurrentBag<LookupRead> _idle = [];

    public RedisLookupReader(RedisLookupSettings settings, TaskContext task, IInvalidations? invalidations)
    {
        (_settings, _rounds) = (settings, new LookupRounds(settings));
        var tracked = settings.Lookup.Tracks && invalidations is not null ? new TrackedKeys(settings, invalidations) : null;
        _pipeline = new ReadPipeline(settings.Server, settings.Clock, tracked);
        _account = new ReconnectAccount(task.Books, () => _pipeline.Reconnects);
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
            await _rounds.RunAsync(read, _pipeline, stop);
        }
        catch (RedisConnectionException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (RedisServerException e)
        {
            throw LookupRounds.Explain(e);
        }
        finally
        {
            _account.Count();
        }

        // One whose replies may still come is not used again.
        read.End();
        _idle.Add(read);
    }

    /// <summary>Nothing of what was watched is known any more.</summary>
    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();
}
