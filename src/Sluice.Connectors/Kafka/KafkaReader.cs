using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
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
    private readonly PartitionMoves _moves;
    private readonly bool _keepsApart;
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
        _keepsApart = claims.KeepsApart;
        _moves = new PartitionMoves(_keepsApart);
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
            partition.IsDone = true;
            _context.Metrics.Set(partition.LagMetric, 0);
        }
    }

    void IPartitionOwner.Continue(KafkaPartition partition, long offset) => _moves.Move(partition, offset);

    void IPartitionOwner.Drain(IReadOnlyList<KafkaPartition> going)
    {
        Give(drain: true);
        if (_moves.Any)
        {
            // Positions of others do not go with open rows, and those of partitions that go now never would.
            Give(drain: true);
        }

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
            var count = _member.Consumer.Consume(messages, Taking, _moves.Any ? GatherMs : IdleMs);
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

            if (_moves.Any && _queue.IsEmpty)
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
        var isEnd = message->Error == KafkaError.PartitionEnd;
        if (!isEnd && message->Error != KafkaError.None)
        {
            _watch.TakeError(_index.Find(message), message->Error, KafkaConsumer.MessageText(message));
            return;
        }

        var partition = Find(message, takings);
        if (partition is not null && _keepsApart)
        {
            EndBefore(partition, Math.Min(message->Offset, partition.End));
            partition = Find(message, takings);
        }

        if (partition is not null && message->Offset >= partition.End)
        {
            Finish(partition, isEnd ? message->Offset : partition.End);
        }
        else if (partition is not null && !isEnd)
        {
            Take(message, partition);
        }
    }

    private unsafe void Take(RdMessage* message, KafkaPartition partition)
    {
        var batch = _batch ??= Rent();
        var rows = _rows.Make(message, partition, batch);
        for (var row = 0; row < rows; row++)
        {
            _batchOrigins!.Set(batch.Count + row, partition, message->Offset);
        }

        batch.Count += rows;
        batch.ValueBytes += (long)(message->ValueSize + message->KeySize);
        _skipped += rows == 0 ? 1 : 0;
        _moves.Move(partition, message->Offset + 1);
        if (message->Offset + 1 >= partition.End)
        {
            Finish(partition, partition.Next);
        }

        if (batch.IsFull || (_keepsApart && partition.Next >= partition.NextCut))
        {
            HandOver();
        }
    }

    /// <returns>Null where it is not ours, has been given away since the message was taken, or is read to its end.</returns>
    private unsafe KafkaPartition? Find(RdMessage* message, long takings) =>
        _index.Find(message) is { IsDone: false } partition && partition.Since < takings ? partition : null;

    /// <summary>Partitions are kept apart: hands over what is of another one, and what ends at cuts that lie before the message. Where offsets
    /// are missing (transactions, compaction) no message comes right behind a cut. Events are served meanwhile: the partition may go.</summary>
    private void EndBefore(KafkaPartition partition, long offset)
    {
        if (!ReferenceEquals(_moves.Of, partition))
        {
            HandOver();
            _moves.Of = partition;
            if (partition is { IsDone: false, Next: < 0 } && offset < partition.NextCut)
            {
                // Where nothing is stored yet, this is where it begins: a run that continues must not ask the startup mode again.
                _moves.Move(partition, offset);
                HandOver();
            }
        }

        EndAtCuts(partition, offset);
    }

    /// <summary>Each cut up to the offset ends a batch.</summary>
    private void EndAtCuts(KafkaPartition partition, long offset)
    {
        while (!partition.IsDone && partition.NextCut <= offset)
        {
            _moves.Move(partition, partition.NextCut);
            HandOver();
        }
    }

    private void Finish(KafkaPartition partition, long next)
    {
        if (partition.IsOpen)
        {
            throw new ConfigException(
                $"exactly-once: {partition.Id} ends at offset {next} now, and some of its rows are written up to {partition.NextCut}: it is not the topic that was read before; start over with --restart");
        }

        partition.IsDone = true;
        if (next > partition.Next)
        {
            _moves.Move(partition, next);
        }

        _assignment.Done(partition);
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
        while (_moves.Any && !_queue.HasRoom)
        {
            _queue.WaitForRoom(RoomMs, _abandoned.Token);
            Serve();
        }

        if (_moves.Any)
        {
            Give(drain: false);
        }
    }

    private void Give(bool drain)
    {
        var batch = _batch ?? _context.Pool.Rent();
        (_batch, _batchOrigins) = (null, null);
        _moves.PutOn(batch);
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
