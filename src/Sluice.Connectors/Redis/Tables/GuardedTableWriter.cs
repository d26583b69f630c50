using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>One task's way into a Redis sink table under exactly-once: what is collected leaves in one unit with the positions behind it
/// (S-27). Positions stand behind batches, so a unit is made of whole ones, and may be larger than a flush.</summary>
internal sealed class GuardedTableWriter : ISinkWriter
{
    /// <summary>Rows of a flush where each row is to be written at once: those at hand.</summary>
    private const int RowsAtHand = 1024;

    /// <summary>A unit leaves at this size however few rows it has.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>How long positions without rows wait, and a -U for its follower, where rows wait for nothing.</summary>
    private static readonly TimeSpan s_holdTime = TimeSpan.FromSeconds(1);

    private readonly RedisTableSettings _settings;
    private readonly TaskContext _task;
    private readonly RedisGuardStore _guards;
    private readonly RowStage _stage;
    private readonly ReplyBooks _replies;
    private readonly GuardedPipeline _pipeline;
    private readonly PipelineAccount _account;
    private readonly int _flushRows;
    private readonly TimeSpan _timer;
    private SinkBlock? _open;
    private long _openedAt;

    /// <summary>The positions at hand cover every row that is collected.</summary>
    private bool _isCovered = true;

    public GuardedTableWriter(RedisTableSettings settings, TaskContext task, RedisPipelines pipelines, RedisGuardStore guards)
    {
        (_settings, _task, _guards) = (settings, task, guards);
        _stage = new RowStage(settings);
        _replies = new ReplyBooks(settings, task);
        _pipeline = pipelines.OpenGuarded(_replies, message => task.Report.Warn(null, message));
        _account = new PipelineAccount(_pipeline, task.Books);
        _flushRows = settings.MaxRows > 0 ? settings.MaxRows : RowsAtHand;
        _timer = settings.Interval > TimeSpan.Zero ? settings.Interval : s_holdTime;
    }

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        try
        {
            Take(rows);
            await CountAsync(async () =>
            {
                if (rows.Drain)
                {
                    await FlushOpenAsync(waits: false, stop);
                    await _pipeline.FlushAsync(stop);
                }
                else if (IsDue(rows.Count))
                {
                    await FlushOpenAsync(waits: true, stop);
                }

                await _pipeline.SettleAnsweredAsync(stop);
            });
        }
        finally
        {
            rows.Dispose();
        }
    }

    public ValueTask FlushAsync(CancellationToken stop) => CountAsync(async () =>
    {
        await FlushOpenAsync(waits: false, stop);
        await _pipeline.FlushAsync(stop);
    });

    /// <summary>What is still in flight is accounted for by what was acknowledged of it; what is still collected was never read (S-9).</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        foreach (var block in _pipeline.Abandon())
        {
            _replies.Abandon((SinkBlock)block);
        }

        _open?.Clear();
        _open = null;
        _replies.Close();
    }

    private void Take(RowBatch rows)
    {
        if (_open is null)
        {
            _open = _replies.NewBlock();
            _openedAt = _task.Clock.GetTimestamp();
        }

        if (rows.Count > 0)
        {
            // Should a row end the job, what was taken of its batch goes nowhere.
            _isCovered = false;
            Stage(_open, rows);
        }

        _task.Books.AddRead(0, rows.ValueBytes);
        if (rows.Ends.Count > 0 || !ReferenceEquals(rows.Split, Split.None))
        {
            _open.Marks.Add(rows);
            _isCovered = !rows.IsOpen;
        }
    }

    private void Stage(SinkBlock block, RowBatch rows)
    {
        _stage.Stage(block, rows, 0, rows.Count);
        try
        {
            foreach (var reject in _stage.Rejects)
            {
                _task.Books.AddRead(1, 0);
                try
                {
                    _replies.AddDirty(rows, reject);
                }
                catch
                {
                    // The job ends here: what came after is not read.
                    _stage.CutAfter(block, reject);
                    throw;
                }
            }
        }
        finally
        {
            _task.Books.AddRead(_stage.Skipped, 0);
            _task.Books.AddSkipped(_stage.Skipped);
        }

        while (block.Rows - block.Encoded >= _flushRows && block.Ops[block.Encoded + _flushRows - 1] != RowOp.Held)
        {
            _stage.Encode(block, block.Encoded + _flushRows);
        }
    }

    private bool IsDue(int rows) => _open is { } block && _isCovered
        && (block.Encoded > 0 || block.Heap.Used >= MostBytes || (_settings.MaxRows == 0 && rows > 0)
            || (block is { Rows: > 0 } or { Marks.Any: true } && IsTime(block)));

    private bool IsTime(SinkBlock block) => _task.Clock.GetElapsedTime(_openedAt) >= _timer
        && (block.Rows == 0 || _settings.Interval > TimeSpan.Zero || block.Ops[block.Rows - 1] == RowOp.Held);

    /// <param name="waits">Whether a -U at the end may wait for its follower, once; all before it wait with it, for the position behind it.</param>
    private async ValueTask FlushOpenAsync(bool waits, CancellationToken stop)
    {
        if (_open is not { } block || !_isCovered || (block.Rows == 0 && !block.Marks.Any))
        {
            return;
        }

        if (block.Rows > block.Encoded && block.Ops[block.Rows - 1] == RowOp.Held)
        {
            if (waits && block.Heap.Used < MostBytes && _task.Clock.GetElapsedTime(_openedAt) < _timer + s_holdTime)
            {
                return;
            }

            _stage.Release(block);
        }

        if (block.Rows > block.Encoded)
        {
            _stage.Encode(block, block.Rows);
        }

        await SendAsync(block, stop);
    }

    private async ValueTask SendAsync(SinkBlock block, CancellationToken stop)
    {
        await _pipeline.MakeRoomAsync(block, stop);
        stop.ThrowIfCancellationRequested();
        var moves = block.Marks.All.Select(m => (Guard: _guards.GuardOf(m.Split), Position: m.Position.ToString(), m.Position.IsEnd))
            .Where(m => m.Position != m.Guard.Position).ToList();
        var isSent = block.Count > 0 || (moves.Count > 0 && _guards.IsStored);
        if (isSent && moves.Count == 0)
        {
            throw new ProtocolException("rows came without a position behind them");
        }

        if (isSent)
        {
            await _guards.StoreAsync(stop);
        }

        _open = null;
        _task.Books.AddRead(block.Live, 0);
        if (!isSent)
        {
            // All before it is settled, and nothing of ours is written before the first row is.
            _replies.Settled(block);
            return;
        }

        foreach (var (guard, position, isEnd) in moves)
        {
            block.Move(guard, position, isEnd);
        }

        await _pipeline.SendAsync(block, stop);
    }

    /// <summary>Runs a part of the pipeline, then brings its counters into the books; its exceptions become the engine's.</summary>
    private async ValueTask CountAsync(Func<Task> run)
    {
        try
        {
            await run();
            _replies.ThrowIfTooDirty();
        }
        catch (RedisConnectionException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (RedisServerException e)
        {
            throw PipelineAccount.Explain(e);
        }
        catch (GuardException e)
        {
            throw PipelineAccount.Explain(e);
        }
        finally
        {
            _account.Count();
            _replies.Report(_pipeline.LastBlockTime);
        }
    }
}
