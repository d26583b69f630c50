using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Redis.Clustering;

/// <summary>A pipeline's own connection to one node, made when it is first needed.</summary>
internal sealed class NodeLane(NodeAddress address, RedisOptions cluster, TimeProvider clock) : IAsyncDisposable
{
    private readonly OwnConnection _own = new(address.In(cluster), clock);

    public NodeAddress Address => address;

    public RedisConnection? Connection => _own.Current;

    /// <summary>The last attempt to connect has failed. New blocks do not try again; those that are recovered do.</summary>
    public bool IsDown { get; private set; }

    /// <summary>The part of the current block that goes here.</summary>
    public BlockPart? Filling { get; set; }

    /// <summary>What goes out at the moment. One exchange after the other.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>Whether there was a connection, which is lost and not made again.</summary>
    public bool IsLost => Connection is null && _own.WasConnected;

    /// <summary>Whether there was ever a connection.</summary>
    public bool WasConnected => _own.WasConnected;

    /// <summary>Another node's lane has taken over from this one, which begins anew should it be needed again.</summary>
    public void HandOver() => _own.BeginAnew();

    public long Reconnects => _own.Reconnects;

    /// <summary>One attempt.</summary>
    /// <returns>Why there is none; null where there is.</returns>
    public async Task<Exception?> TryConnectAsync(CancellationToken stop)
    {
        try
        {
            await _own.OpenAsync(stop);
            IsDown = false;
            return null;
        }
        catch (Exception e) when (e is RedisConnectionException || e is RedisServerException { Error.Class: Protocol.ErrorClass.Retry })
        {
            IsDown = true;
            return e;
        }
    }

    public Exchange Send(BlockPart part, RedisConnection connection)
    {
        var exchange = new Exchange(part.Writer.Written, part.Commands.Count);
        Sending = connection.SendAsync(exchange).AsTask();
        return exchange;
    }

    /// <summary>This connection is of no more use. It may be an earlier one than today's.</summary>
    public void Forget(RedisConnection connection)
    {
        if (ReferenceEquals(Connection, connection))
        {
            _own.Forget();
        }
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();
}
