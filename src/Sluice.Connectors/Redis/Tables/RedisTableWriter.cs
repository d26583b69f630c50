using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>One task's way into a Redis sink table: rows wait in a buffer, leave it as flushes, and several flushes that are due at
/// the same time go out as one block (S-25). A batch's positions are confirmed when all before them is settled (S-26).</summary>
internal sealed class RedisTableWriter : ISinkWriter
{
    /// <summary>Flushes go out together up to about this many rows, or this many bytes of texts.</summary>
    private const int BlockRows = 1024;

    private const int BlockBytes = 1 << 20;

    /// <summary>A buffer is flushed at this size however few rows it has.</summary>
    private const int MostBufferedBytes = 4 << 20;

    /// <summary>How long a -U waits for its follower where rows wait for nothing.</summary>
    private static readonly TimeSpan s_holdTime = TimeSpan.FromSeconds(1);

    private readonly RedisTableSettings _settings;
    private readonly TaskContext _task;
    private readonly RowStage _stage;
    private readonly RowIntake _intake;
    private readonly ReplyBooks _replies;
    private readonly ICommandPipeline _pipeline;
    private readonly PipelineAccount _account;
    private readonly int _flushRows;
    private readonly int _blockRows;
    private readonly TimeSpan _timer;
    private SinkBlock? _open;
    private long _openedAt;
    private bool _heldOnce;

    /// <summary>A batch is being taken. Still so when it is flushed: the batch was cut, and the follower of a -U may be in what is left of it.</summary>
    private bool _isTaking;

    public RedisTableWriter(RedisTableSettings settings, TaskContext task, RedisPipelines pipelines)
    {
        (_settings, _task) = (settings, task);
        _stage = new RowStage(settings);
        _replies = new ReplyBooks(settings, task);
        _pipeline = pipelines.Open(settings.Mode.Replaces, _replies, message => task.Report.Warn(null, message));
        _account = new PipelineAccount(_pipeline, task);

        // Pushes of one key must not be on their way twice: each flush is a block. Written at once, a list takes what is at hand.
        _flushRows = settings.MaxRows > 0 ? settings.MaxRows : settings.Mode.Replaces ? 1 : BlockRows;
        _intake = new RowIntake(_stage, _replies, task, _flushRows);
        _blockRows = settings.Mode.Replaces ? BlockRows : 0;
        _timer = settings.Interval > TimeSpan.Zero ? settings.Interval : settings.MaxRows == 0 ? s_holdTime : Timeout.InfiniteTimeSpan;
    }

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        try
        {
            await RunAsync(async () =>
            {
                await TakeAsync(rows, stop);
                if (rows.Drain)
                {
                    await FlushOpenAsync(keepsHeld: false, stop);
                    await _pipeline.FlushAsync(stop);
                }
                else
                {
                    await TickAsync(stop);
                    await _pipeline.SettleAnsweredAsync(stop);
                }
            });
        }
        finally
        {
            rows.Dispose();
        }
    }

    public ValueTask FlushAsync(CancellationToken stop) => RunAsync(async () =>
    {
        await FlushOpenAsync(keepsHeld: _isTaking, stop);
        await _pipeline.FlushAsync(stop);
    });

    /// <summary>What is still in flight is accounted for by what was acknowledged of it; what is still in the buffer was never read (S-9).</summary>
    public async ValueTask DisposeAsync()
    {
        await _replies.EndAsync(_pipeline);
        _open?.Clear();
        _open = null;
    }

    private async ValueTask RunAsync(Func<ValueTask> part)
    {
        await _account.RunAsync(part);
        _replies.ThrowIfTooDirty();
    }

    private async ValueTask TakeAsync(RowBatch rows, CancellationToken stop)
    {
        _isTaking = true;
        for (var row = 0; row < rows.Count;)
        {
            if (_open is null)
            {
                _open = _replies.NewBlock();
                _openedAt = _task.Clock.GetTimestamp();
            }

            var count = HowMany(_open, rows.Count - row);
            _heldOnce = false;
            _intake.Take(_open, rows, row, count);
            row += count;
            await SendIfDueAsync(_open, rows.Count - row, stop);
        }

        _task.Books.AddRead(0, rows.ValueBytes);
        if (rows.Count > 0 && _settings.MaxRows == 0)
        {
            await FlushOpenAsync(keepsHeld: true, stop);
        }

        var marks = _open is { Rows: > 0 } ? _open.Marks : _replies.LastSent?.Marks;
        if (marks is null)
        {
            rows.Confirm(_task.Positions);
        }
        else
        {
            marks.Add(rows);
        }

        _isTaking = false;
    }

    /// <summary>So many rows that the block ends with a whole flush; what is less than one begins a new block, since it will wait.</summary>
    private int HowMany(SinkBlock block, int left)
    {
        var waiting = block.Rows - block.Encoded;
        if (waiting + left < _flushRows)
        {
            return left;
        }

        var whole = ((long)waiting + left) / _flushRows * _flushRows;
        var most = (long)Math.Max(1, (_blockRows - block.Encoded) / _flushRows) * _flushRows;
        return (int)Math.Max(1, Math.Min(whole, most) - waiting);
    }

    /// <param name="left">Rows of the batch that are not taken yet.</param>
    private ValueTask SendIfDueAsync(SinkBlock block, int left, CancellationToken stop)
    {
        if (block.Encoded > 0 && (left < _flushRows || block.Encoded >= _blockRows || block.Heap.Used >= BlockBytes))
        {
            return SendAsync(block, stop);
        }

        return block.Heap.Used >= MostBufferedBytes ? FlushOpenAsync(keepsHeld: true, stop) : ValueTask.CompletedTask;
    }

    private async ValueTask TickAsync(CancellationToken stop)
    {
        if (_open is { Rows: > 0 } && _timer > TimeSpan.Zero && _task.Clock.GetElapsedTime(_openedAt) >= _timer)
        {
            // A -U waits once, or its follower may never come.
            await FlushOpenAsync(keepsHeld: !_heldOnce, stop);
            if (_open is { Rows: > 0 })
            {
                (_heldOnce, _openedAt) = (true, _task.Clock.GetTimestamp());
            }
        }
    }

    private ValueTask FlushOpenAsync(bool keepsHeld, CancellationToken stop)
    {
        if (_open is not { Rows: > 0 } block)
        {
            return ValueTask.CompletedTask;
        }

        if (!keepsHeld)
        {
            _stage.Release(block);
        }

        var end = block.Ops[block.Rows - 1] == RowOp.Held ? block.Rows - 1 : block.Rows;
        if (end > block.Encoded)
        {
            _stage.Encode(block, end);
        }

        return block.Encoded > 0 ? SendAsync(block, stop) : ValueTask.CompletedTask;
    }

    /// <summary>Sends what is encoded. Rows that go on waiting do so in another block.</summary>
    private async ValueTask SendAsync(SinkBlock block, CancellationToken stop)
    {
        if (block.Count > 0)
        {
            await _pipeline.MakeRoomAsync(block, stop);
            stop.ThrowIfCancellationRequested();
        }

        _open = null;
        if (block.Encoded < block.Rows)
        {
            _open = _replies.NewBlock();
            _openedAt = _task.Clock.GetTimestamp();
            if (block.Ops[block.Encoded] == RowOp.Held)
            {
                // It may have come with an earlier batch, whose positions then wait for it.
                _open.Marks.Take(block.Marks);
            }

            _open.TakeRest(block);
        }

        _task.Books.AddRead(block.Live, 0);
        if (block.Count == 0)
        {
            _replies.NothingToSend(block);
            return;
        }

        _replies.LastSent = block;
        await _pipeline.SendAsync(block, stop);
    }
}
