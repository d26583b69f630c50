using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Reads the partitions that one consumer has. A thread of its own waits in the library and turns messages into rows,
/// a little ahead of whoever takes the batches.</summary>
internal sealed class KafkaReader : ISplitReader, IPartitionOwner
{
    /// <summary>Messages that are taken from the library at a time.</summary>
    private const int Taking = 1024;

    private const int IdleMs = 100;

    /// <summary>How long to gather more after the first message: fewer, larger batches at a moderate rate.</summary>
    private const int GatherMs = 5;

    private const int RoomMs = 100;

    /// <summary>How long disposing waits for the thread.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>How long the sink has to confirm what was read of partitions that the group takes away.</summary>
    private static readonly TimeSpan s_drainPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private readonly KafkaMember _member;
    private readonly ReaderContext _context;
    private readonly TimeProvider _clock;
    private readonly RowMaker _rows;
    private readonly IAssignment _assignment;
    private readonly BrokerWatch _watch;
    private readonly BatchQueue _queue;
    private readonly PartitionIndex _index;
    private readonly ConditionalWeakTable<RowBatch, KafkaOrigins> _origins = [];
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<KafkaPartition> _moved = [];
    private RowBatch? _batch;
    private KafkaOrigins? _batchOrigins;
    private long _skipped;
    private long _takings;
    private long _looked;
    private bool _started;

    public KafkaReader(KafkaMember member, KafkaSourceSettings settings, IReadOnlyList<PlannedPartition> planned, Share share, ReaderContext context, TimeProvider clock)
    {
        (_member, _context, _clock) = (member, context, clock);
        _rows = new RowMaker(settings.Layout);
        var claims = new PartitionClaims(context.Claims, _abandoned.Token);
        _assignment = settings.JoinsGroup
            ? new GroupAssignment(member, settings, planned, this, claims, context.Report, _abandoned.Token)
            : new DirectAssignment(member, settings, planned, share, this, claims, _abandoned.Token);
        _watch = new BrokerWatch(member, context, planned[0].Topic, settings.Properties.GroupId is not null);
        _queue = new BatchQueue(context.Pool, clock);
        _index = new PartitionIndex(member);
    }

    long IPartitionOwner.Takings => _takings;

    public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        if (!_started)
        {
            _started = true;
            _member.IsRead = true;
            new Thread(Run) { IsBackground = true, Name = "kafka reader" }.Start();
        }

        return _queue.TakeAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _abandoned.CancelAsync();
        if (_started)
        {
            await Task.WhenAny(_ended.Task, Task.Delay(s_patience, _clock));
        }

        if (!_started || _ended.Task.IsCompleted)
        {
            _queue.Dispose();
            _abandoned.Dispose();
        }
    }

    void IPartitionOwner.Forget(IReadOnlyList<KafkaPartition> gone)
    {
        _index.Forget();
        foreach (var partition in gone)
        {
            _context.Metrics.Set(partition.LagMetric, 0);
        }
    }

    void IPartitionOwner.Continue(KafkaPartition partition, long offset) => MoveTo(partition, offset);

    void IPartitionOwner.Drain(IReadOnlyList<KafkaPartition> going)
    {
        Give(drain: true);
        var started = Stopwatch.GetTimestamp();
        while (going.Any(p => p.Given >= 0 && !(_context.Confirmed.Of(p)?.Ordinal >= p.Given)))
        {
            if (Stopwatch.GetElapsedTime(started) > s_drainPatience)
            {
                _context.Report.Warn(null, $"{_member.Consumer.Endpoint}: partitions go to another member of the group before their last rows are confirmed; it will write them again");
                break;
            }

            _abandoned.Token.ThrowIfCancellationRequested();
            Thread.Sleep(10);
        }

        if (_member.Commit(_context.Confirmed, s_drainPatience, _abandoned.Token) is not KafkaError.None and var error)
        {
            _context.Report.Warn(null, $"{_member.Consumer.Endpoint}: partitions go to another member of the group, but their offsets could not be committed ({KafkaClient.Describe(error)}); it will write some rows again");
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

        _batch?.Dispose();
        _batch = null;
        _member.IsRead = false;
        _queue.Complete(error);
        _ended.TrySetResult();
    }

    private unsafe void Read()
    {
        var stop = _abandoned.Token;
        var messages = stackalloc RdMessage*[Taking];
        _assignment.Begin();
        while (!stop.IsCancellationRequested)
        {
            Serve();
            _takings++;
            var count = _member.Consumer.Consume(messages, Taking, _moved.Count > 0 ? GatherMs : IdleMs);
            if (count == 1)
            {
                count += _member.Consumer.Gather(messages + 1, Taking - 1, GatherMs);
            }

            TakeAll(messages, count);
            if (_assignment.IsFinished())
            {
                HandOver();
                ShowLag();
                return;
            }

            if (_moved.Count > 0 && _queue.IsEmpty)
            {
                HandOver();
            }
        }
    }

    private unsafe void TakeAll(RdMessage** messages, int count)
    {
        var takings = _takings;
        var i = 0;
        try
        {
            for (; i < count; i++)
            {
                Take(messages[i], takings);
                LibRdKafka.MessageDestroy(messages[i]);
            }
        }
        finally
        {
            for (; i < count; i++)
            {
                LibRdKafka.MessageDestroy(messages[i]);
            }
        }
    }

    private unsafe void Take(RdMessage* message, long takings)
    {
        var partition = _index.Find(message);
        if (message->Error != KafkaError.None)
        {
            TakeError(message, partition, takings);
            return;
        }

        // Given away since it was taken, or its end was reached before.
        if (partition is null || partition.Since >= takings || partition.IsDone)
        {
            return;
        }

        if (message->Offset >= partition.End)
        {
            Finish(partition, partition.End);
            return;
        }

        var batch = _batch ??= Rent();
        var rows = _rows.Make(message, partition, batch);
        for (var row = 0; row < rows; row++)
        {
            _batchOrigins!.Set(batch.Count + row, partition, message->Offset);
        }

        batch.Count += rows;
        batch.ValueBytes += (long)(message->ValueSize + message->KeySize);
        _skipped += rows == 0 ? 1 : 0;
        MoveTo(partition, message->Offset + 1);
        if (message->Offset + 1 >= partition.End)
        {
            Finish(partition, partition.Next);
        }

        if (batch.IsFull)
        {
            HandOver();
        }
    }

    private unsafe void TakeError(RdMessage* message, KafkaPartition? partition, long takings)
    {
        if (message->Error != KafkaError.PartitionEnd)
        {
            _watch.TakeError(partition, message->Error, KafkaConsumer.MessageText(message));
        }
        else if (partition is { IsDone: false } && partition.Since < takings && message->Offset >= partition.End)
        {
            Finish(partition, message->Offset);
        }
    }

    private void Finish(KafkaPartition partition, long next)
    {
        partition.IsDone = true;
        if (next > partition.Next)
        {
            MoveTo(partition, next);
        }

        _assignment.Done(partition);
    }

    private void MoveTo(KafkaPartition partition, long next)
    {
        partition.Next = next;
        if (!partition.HasMoved)
        {
            partition.HasMoved = true;
            _moved.Add(partition);
        }
    }

    private RowBatch Rent()
    {
        var batch = _context.Pool.Rent();
        _batchOrigins = _origins.GetValue(batch, static b => new KafkaOrigins(b.Capacity));
        batch.Origins = _batchOrigins;
        return batch;
    }

    /// <summary>Gives what has been read to whoever takes it, as soon as there is room. Events are served meanwhile, and one of
    /// them may have given it away already.</summary>
    private void HandOver()
    {
        while (_moved.Count > 0 && !_queue.HasRoom)
        {
            _queue.WaitForRoom(RoomMs, _abandoned.Token);
            Serve();
        }

        if (_moved.Count > 0)
        {
            Give(drain: false);
        }
    }

    private void Give(bool drain)
    {
        var batch = _batch ?? _context.Pool.Rent();
        (_batch, _batchOrigins) = (null, null);
        foreach (var partition in _moved)
        {
            batch.Ends.Add(new SplitPosition(partition, new Position(partition.Next)));
            (partition.Given, partition.HasMoved) = (partition.Next, false);
        }

        _moved.Clear();
        if (_skipped > 0)
        {
            _context.Books.AddRead(_skipped, 0);
            _context.Books.AddSkipped(_skipped);
            _skipped = 0;
        }

        batch.Drain = drain;
        _queue.Give(batch);
    }

    private void Serve()
    {
        _member.Consumer.ServeEvents();
        _watch.Look();
        if (_looked == 0 || Stopwatch.GetElapsedTime(_looked) >= s_lookInterval)
        {
            _looked = Stopwatch.GetTimestamp();
            _assignment.Look();
            ShowLag();
        }
    }

    private void ShowLag()
    {
        foreach (var partition in _member.Partitions)
        {
            var end = Math.Min(_member.Consumer.KnownEnd(partition.Topic, partition.Number), partition.End);
            if (end >= 0 && partition.Next >= 0)
            {
                _context.Metrics.Set(partition.LagMetric, Math.Max(0, end - partition.Next));
            }
        }
    }
}
