using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
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
    private readonly RowIntake _intake;
    private readonly ReplyBooks _replies;
    private readonly ICommandPipeline _pipeline;
    private readonly PipelineAccount _account;
    private readonly TimeSpan _timer;

    /// <summary>What is collected: by split where units fall into slots, else all together.</summary>
    private readonly Dictionary<string, OpenUnit> _open = new(StringComparer.Ordinal);

    public GuardedTableWriter(RedisTableSettings settings, TaskContext task, RedisPipelines pipelines, RedisGuardStore guards)
    {
        (_settings, _task, _guards) = (settings, task, guards);
        _stage = new RowStage(settings);
        _replies = new ReplyBooks(settings, task);
        _pipeline = pipelines.OpenGuarded(settings.Mode.Replaces, _replies, message => task.Report.Warn(null, message));
        _account = new PipelineAccount(_pipeline, task);
        _intake = new RowIntake(_stage, _replies, task, settings.MaxRows > 0 ? settings.MaxRows : RowsAtHand);
        _timer = settings.Interval > TimeSpan.Zero ? settings.Interval : s_holdTime;
    }

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        try
        {
            Take(rows);
            await RunAsync(async () =>
            {
                foreach (var unit in _open.Values)
                {
                    if (rows.Drain || IsDue(unit, rows.Count))
                    {
                        await FlushOpenAsync(unit, waits: !rows.Drain && !unit.IsAtCut, stop);
                    }
                }

                await (rows.Drain ? _pipeline.FlushAsync(stop) : _pipeline.SettleAnsweredAsync(stop));
            });
        }
        finally
        {
            rows.Dispose();
        }
    }

    public ValueTask FlushAsync(CancellationToken stop) => RunAsync(async () =>
    {
        foreach (var unit in _open.Values)
        {
            await FlushOpenAsync(unit, waits: false, stop);
        }

        await _pipeline.FlushAsync(stop);
    });

    /// <summary>What is still in flight is accounted for by what was acknowledged of it; what is still collected was never read (S-9).</summary>
    public async ValueTask DisposeAsync()
    {
        await _replies.EndAsync(_pipeline);
        foreach (var unit in _open.Values)
        {
            unit.Block?.Clear();
        }

        _open.Clear();
    }

    private void Take(RowBatch rows)
    {
        if (rows.Count > 0)
        {
            // Should a row end the job, what was taken of its batch goes nowhere.
            var unit = UnitOf(rows.Split);
            unit.IsCovered = false;
            _intake.Take(unit.Block!, rows, 0, rows.Count);
        }

        _task.Books.AddRead(0, rows.ValueBytes);
        if (rows.Ends.Count == 0 && !ReferenceEquals(rows.Split, Split.None))
        {
            Mark(new SplitPosition(rows.Split, rows.End), rows);
        }

        foreach (var end in rows.Ends)
        {
            Mark(end, rows);
        }
    }

    private void Mark(SplitPosition position, RowBatch rows)
    {
        var unit = UnitOf(position.Split);
        if (rows.IsOpen && (ReferenceEquals(position.Split, rows.Split) || !_settings.IsBySlot))
        {
            // Behind open rows stands no position yet.
            unit.IsCovered = false;
            return;
        }

        unit.Block!.Marks.Add(position);
        unit.IsCovered = true;
        if (_settings.Server.Cluster is not null)
        {
            var (guard, text) = (_guards.GuardOf(position.Split), position.Position.ToString());
            guard.BeginAt(rows.Count == 0 ? text : null);
            unit.IsAtCut = _settings.IsBySlot && guard.Ahead.Count > 0 && guard.Ahead.Contains(text);
        }
    }

    private OpenUnit UnitOf(Split split)
    {
        var id = _settings.IsBySlot ? split.Id : "";
        if (!_open.TryGetValue(id, out var unit))
        {
            _open[id] = unit = new OpenUnit();
        }

        if (_settings.IsBySlot && !ReferenceEquals(unit.Split, split))
        {
            // It was taken away and given back: what is still here of it is read again.
            unit.Block?.Clear();
            (unit.Split, unit.IsCovered) = (split, true);
        }

        if (unit.Block is null)
        {
            (unit.Block, unit.OpenedAt) = (_replies.NewBlock(), _task.Clock.GetTimestamp());
        }

        return unit;
    }

    private bool IsDue(OpenUnit unit, int rows) => unit.Block is { } block && unit.IsCovered
        && (unit.IsAtCut || block.Encoded > 0 || block.Heap.Used >= MostBytes || (_settings.MaxRows == 0 && rows > 0)
            || (block is { Rows: > 0 } or { Marks.Any: true } && IsTime(unit, block)));

    private bool IsTime(OpenUnit unit, SinkBlock block) => _task.Clock.GetElapsedTime(unit.OpenedAt) >= _timer
        && (block.Rows == 0 || _settings.Interval > TimeSpan.Zero || block.Ops[block.Rows - 1] == RowOp.Held);

    /// <param name="waits">Whether a -U at the end may wait for its follower, once; all before it wait with it, for the position behind it.</param>
    private async ValueTask FlushOpenAsync(OpenUnit unit, bool waits, CancellationToken stop)
    {
        if (unit.Block is not { } block || !unit.IsCovered || (block.Rows == 0 && !block.Marks.Any))
        {
            return;
        }

        if (block.Rows > block.Encoded && block.Ops[block.Rows - 1] == RowOp.Held)
        {
            if (waits && block.Heap.Used < MostBytes && _task.Clock.GetElapsedTime(unit.OpenedAt) < _timer + s_holdTime)
            {
                return;
            }

            _stage.Release(block);
        }

        if (block.Rows > block.Encoded)
        {
            _stage.Encode(block, block.Rows);
        }

        await SendAsync(unit, block, stop);
    }

    private async ValueTask SendAsync(OpenUnit unit, SinkBlock block, CancellationToken stop)
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

        (unit.Block, unit.IsAtCut) = (null, false);
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

    private async ValueTask RunAsync(Func<ValueTask> part)
    {
        await _account.RunAsync(part);
        _replies.ThrowIfTooDirty();
    }

    /// <summary>Rows and positions that leave together.</summary>
    private sealed class OpenUnit
    {
        /// <summary>Null where nothing is collected.</summary>
        public SinkBlock? Block { get; set; }

        /// <summary>Whose rows they are, where those of each split go by themselves.</summary>
        public Split? Split { get; set; }

        public long OpenedAt { get; set; }

        /// <summary>The positions at hand cover every row that is collected.</summary>
        public bool IsCovered { get; set; } = true;

        /// <summary>An earlier run has got up to here in some slots: what follows must not go with it.</summary>
        public bool IsAtCut { get; set; }
    }
}
