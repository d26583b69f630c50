using Sluice.Redis.Connections;

namespace Sluice.Redis.Pipelining;

/// <summary>Takes blocks of commands to where they belong, with a bounded number in flight, and sees each through in the order of the
/// source. One caller at a time; <see cref="ICommandOwner"/> hears what becomes of each command.</summary>
public interface ICommandPipeline : IAsyncDisposable
{
    /// <summary>Bytes sent, repetitions included.</summary>
    long BytesSent { get; }

    /// <summary>Commands sent again.</summary>
    long Resent { get; }

    long Reconnects { get; }

    /// <summary>From sending the last settled block until its acknowledgement was looked at.</summary>
    TimeSpan LastBlockTime { get; }

    /// <summary>Settles what is answered, and waits until the block may go.</summary>
    /// <exception cref="RedisConnectionException">A block was not settled within its time.</exception>
    /// <exception cref="RedisServerException">The server refuses everything.</exception>
    ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop);

    /// <summary>Takes a block on, after <see cref="MakeRoomAsync"/>; it is in flight from then on, whatever happens.</summary>
    /// <exception cref="RedisConnectionException">It could not be sent within its time.</exception>
    ValueTask SendAsync(CommandBlock block, CancellationToken stop);

    /// <summary>Settles what is answered by now, sees through what must be sent again, and finds out whose time is over. Does not
    /// wait for replies that may still come. For callers to whom nothing else happens meanwhile.</summary>
    /// <exception cref="RedisConnectionException">A block was not settled within its time.</exception>
    /// <exception cref="RedisServerException">The server refuses everything.</exception>
    ValueTask SettleAnsweredAsync(CancellationToken stop);

    /// <summary>Returns when every block is settled.</summary>
    ValueTask FlushAsync(CancellationToken stop);

    /// <summary>Gives up, after the pipeline is disposed: the blocks that are not settled, each command of which is marked with
    /// what became of it as far as a reply told.</summary>
    IReadOnlyCollection<CommandBlock> Abandon();
}
