using System.Threading.Channels;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Streams the rows of one query, or of one for each range between the positions at which batches must end. A thread of its own
/// waits in the client library and fills batches a little ahead of whoever takes them.</summary>
internal sealed class MySqlSplitReader(MySqlSplit split, ReaderContext context, TimeProvider clock) : ISplitReader
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
    private long _rows;
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
            foreach (var range in KeyRange.Between(context.After, context.Cuts))
            {
                ReadRange(connection, range, stop);
            }

            finished = true;
        }
        finally
        {
            if (!finished && stop.IsCancellationRequested)
            {
                MySqlKill.Query(split.Endpoint, id, clock);
            }
        }
    }

    private void ReadRange(MySqlConnection connection, KeyRange range, CancellationToken stop)
    {
        if (range.UpTo is { } cut && split.Order is null)
        {
            throw new ConfigException($"'{split.Id}' is read in no certain order now, and some of its rows are written up to the position '{cut}'; start over with --restart");
        }

        using var result = connection.Query(split.Sql(range), split.Place);
        var finished = false;
        try
        {
            ReadRows(connection, result, range, stop);
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

    private void ReadRows(MySqlConnection connection, MySqlResult result, KeyRange range, CancellationToken stop)
    {
        var pool = context.Pool;
        _rows = range.After?.Key is null ? 0 : range.After.Value.Ordinal;
        if (result.Columns.Count < pool.Schema.Count || (result.Columns.Count > pool.Schema.Count && split.Order is null))
        {
            throw new EndpointException($"mysql {split.Endpoint.Address}", $"'{split.Id}' has {result.Columns.Count} columns now; it had {pool.Schema.Count} when the job started");
        }

        var track = split.Order is { } order ? new KeyTrack(order, split.KeyIndex, range.After?.Key is null ? default : range.After.Value) : null;
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
                Settle(batch, range, track, isEnd: false, isBroken: true);
                throw new EndpointException($"mysql {split.Endpoint.Address}", $"reading '{split.Id}' broke off after {rows} rows: {error}");
            }

            Settle(batch, range, track, isEnd: !more);
        }
    }

    /// <summary>Says how far a batch covers the split, and hands it over. The rows of one that broke off are covered by nothing, those before
    /// a cut by the cut alone, which is said as it was stored whatever was read up to there: all that comes later counts on from it.</summary>
    private void Settle(RowBatch batch, KeyRange range, KeyTrack? track, bool isEnd, bool isBroken = false)
    {
        var closes = isEnd && range.UpTo is not null;
        batch.End = closes ? range.UpTo!.Value
            : track is null ? new Position(_rows, range.After?.Key, isEnd)
            : isEnd ? track.End(batch.Count)
            : track.Position;
        batch.IsOpen = isBroken || (!closes && range.UpTo is not null) || (!isEnd && track?.IsOpen == true);
        Give(batch, closes);
    }

    /// <summary>Hands over a batch with rows, or with a position that must be said; an empty one, or one that nobody takes any more, goes back.</summary>
    private void Give(RowBatch batch, bool closes)
    {
        if ((batch.Count == 0 && !closes) || !_batches.Writer.TryWrite(batch))
        {
            batch.Dispose();
        }
    }
}
