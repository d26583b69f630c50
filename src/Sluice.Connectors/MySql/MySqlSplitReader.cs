using System.Threading.Channels;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Streams the rows of one query. A thread of its own waits in the client library and fills batches a little ahead
/// of whoever takes them.</summary>
/// <param name="after">Where to continue; null reads from the beginning.</param>
internal sealed class MySqlSplitReader(MySqlSplit split, RowBatchPool pool, Position? after, TimeProvider clock) : ISplitReader
{
    /// <summary>Batches that may wait to be taken.</summary>
    private const int ReadAhead = 8;

    /// <summary>How many of them are taken before the reader is woken: each time costs the same.</summary>
    private const int Refill = 4;

    /// <summary>How long disposing waits for the thread; it cleans up after itself if that takes longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Channel<RowBatch> _batches = Channel.CreateUnbounded<RowBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _room = new(ReadAhead);
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _rows = after?.Key is null ? 0 : after.Value.Ordinal;
    private long _taken;
    private bool _started;

    public async ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        if (!_started)
        {
            _started = true;
            new Thread(Run) { IsBackground = true, Name = "mysql reader" }.Start();
        }

        while (await _batches.Reader.WaitToReadAsync(stop))
        {
            if (_batches.Reader.TryRead(out var batch))
            {
                if (++_taken % Refill == 0)
                {
                    _room.Release(Refill);
                }

                return batch;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _abandoned.CancelAsync();
        if (_started)
        {
            await Task.WhenAny(_ended.Task, Task.Delay(s_patience, clock));
        }

        _batches.Writer.TryComplete();
        while (_batches.Reader.TryRead(out var batch))
        {
            batch.Dispose();
        }

        if (!_started || _ended.Task.IsCompleted)
        {
            _abandoned.Dispose();
            _room.Dispose();
        }
    }

    private void Run()
    {
        Exception? error = null;
        try
        {
            Read();
        }
        catch (OperationCanceledException)
        {
            // Nobody wants the rows any more.
        }
        catch (Exception e)
        {
            error = e;
        }

        _batches.Writer.TryComplete(error);
        _ended.TrySetResult();
    }

    private void Read()
    {
        var stop = _abandoned.Token;
        using var connection = MySqlConnection.Open(split.Endpoint, split.Place, clock, stop);
        var finished = false;
        var id = connection.Id;
        try
        {
            using var result = connection.Query(split.Sql(after), split.Place);
            try
            {
                ReadRows(connection, result, stop);
                finished = true;
            }
            finally
            {
                if (!finished)
                {
                    // Else freeing the result would read all that is left.
                    connection.Abort();
                }
            }
        }
        finally
        {
            if (!finished && stop.IsCancellationRequested)
            {
                MySqlKill.Query(split.Endpoint, id, clock);
            }
        }
    }

    private void ReadRows(MySqlConnection connection, MySqlResult result, CancellationToken stop)
    {
        if (result.Columns.Count < pool.Schema.Count || (result.Columns.Count > pool.Schema.Count && split.Order is null))
        {
            throw new EndpointException($"mysql {split.Endpoint.Address}", $"'{split.Id}' has {result.Columns.Count} columns now; it had {pool.Schema.Count} when the job started");
        }

        var track = split.Order is { } order ? new KeyTrack(order, split.KeyIndex, after?.Key is null ? default : after.Value) : null;
        var filler = new RowFiller(result, track);
        var more = true;
        while (more)
        {
            _room.Wait(stop);
            var batch = pool.Rent();
            more = filler.Fill(batch);
            _rows += batch.Count;
            if (!more && connection.LastError() is { } error)
            {
                var rows = _rows;
                Settle(batch, track, isEnd: false, isBroken: true);
                throw new EndpointException($"mysql {split.Endpoint.Address}", $"reading '{split.Id}' broke off after {rows} rows: {error}");
            }

            Settle(batch, track, isEnd: !more);
        }
    }

    /// <summary>Says how far a batch covers the split, and hands it over. The rows of one that broke off are covered by nothing.</summary>
    private void Settle(RowBatch batch, KeyTrack? track, bool isEnd, bool isBroken = false)
    {
        batch.End = track is null ? new Position(_rows, after?.Key, isEnd) : isEnd ? track.End(batch.Count) : track.Position;
        batch.IsOpen = isBroken || (!isEnd && track?.IsOpen == true);
        Give(batch);
    }

    /// <summary>Hands over a batch with rows; an empty one, or one that nobody takes any more, goes back.</summary>
    private void Give(RowBatch batch)
    {
        if (batch.Count == 0 || !_batches.Writer.TryWrite(batch))
        {
            batch.Dispose();
        }
    }
}
