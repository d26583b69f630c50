using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Writes the rows of one task. A thread serves the acknowledgements; batches are confirmed in their order.</summary>
internal sealed class KafkaWriter : ISinkWriter, IDeliveryListener
{
    /// <summary>Batches whose messages may be under way.</summary>
    private const int Window = 16;

    private const int ServeMs = 50;
    private const int FullMs = 5;

    private readonly KafkaSinkSettings _settings;
    private readonly KafkaProducer _producer;
    private readonly MessageMaker _messages;
    private readonly TaskContext _task;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _room = new(Window);
    private readonly SentBatch?[] _slots = new SentBatch?[Window];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private long _sent;
    private long _confirmed;
    private TaskCompletionSource? _allConfirmed;
    private Exception? _failure;
    private bool _cut;
    private volatile bool _closing;

    public KafkaWriter(KafkaSinkSettings settings, int partitions, int taskIndex, TaskContext task, TimeProvider clock)
    {
        (_settings, _task, _clock) = (settings, task, clock);
        _messages = new MessageMaker(settings, partitions, taskIndex);
        _producer = new KafkaProducer(settings.ClientSettings(), settings.Topic);
        _producer.Listen(this);
        _thread = new Thread(Serve) { IsBackground = true, Name = "kafka deliveries" };
        _thread.Start();
    }

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        try
        {
            await _room.WaitAsync(stop);
            ThrowFailure();
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        var batch = new SentBatch(rows);
        long number;
        lock (_gate)
        {
            number = _sent++;
            _slots[number % Window] = batch;
        }

        var (row, bytes) = (0, 0L);
        try
        {
            for (; row < rows.Count; row++)
            {
                var outcome = _messages.Send(_producer, rows, row, Opaque(number, row));
                while (outcome == KafkaError.QueueFull)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(FullMs), _clock, stop);
                    ThrowFailure();
                    outcome = _messages.Send(_producer, rows, row, Opaque(number, row));
                }

                bytes += _messages.Bytes;
                if (outcome != KafkaError.None || _settings.Unacknowledged || _messages.WasSkipped)
                {
                    Account(number, row, outcome, _messages.WasSkipped);
                }
            }
        }
        finally
        {
            // Rows that were not sent are not counted as read.
            _task.Books.AddRead(row, row == rows.Count ? rows.ValueBytes : 0);
            _task.Books.AddBytesOut(bytes);
            batch.IsWhole = row == rows.Count;
            Finish(batch, rows.Count - row + 1);
        }

        ThrowFailure();
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        Task waiting;
        lock (_gate)
        {
            waiting = _confirmed == _sent ? Task.CompletedTask : (_allConfirmed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        try
        {
            await waiting.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            GiveUp();
            throw;
        }

        ThrowFailure();
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        await Task.Run(_thread.Join);
        GiveUp();
        _producer.Dispose();
        _room.Dispose();
    }

    void IDeliveryListener.Delivered(nint opaque, KafkaError error)
    {
        if (!_settings.Unacknowledged)
        {
            Account(opaque >> 32, (int)(opaque & int.MaxValue), error, skipped: false);
        }
    }

    private static nint Opaque(long number, int row) => (nint)((number << 32) | (uint)row);

    /// <summary>One row of a batch has its place in the books.</summary>
    private void Account(long number, int row, KafkaError error, bool skipped)
    {
        lock (_gate)
        {
            if (number < _confirmed || number >= _sent || _slots[number % Window] is not { } batch)
            {
                // Given up before.
                return;
            }

            try
            {
                Enter(batch, row, error, skipped);
            }
            catch (Exception e)
            {
                Fail(e);
            }

            Finish(batch, 1);
        }
    }

    /// <exception cref="DirtyLimitException">More rows than allowed were refused.</exception>
    private void Enter(SentBatch batch, int row, KafkaError error, bool skipped)
    {
        switch (error)
        {
            case KafkaError.None when skipped:
                _task.Books.AddSkipped(1);
                break;
            case KafkaError.None:
                _task.Books.AddWritten(1);
                break;
            case KafkaError.MessageSizeTooLarge or KafkaError.InvalidMessage:
                _task.DirtyRecords.Add(batch.Rows, row, "", "the brokers refuse the message", KafkaClient.Describe(error));
                break;
            default:
                _task.Books.AddUnknown(1);
                Fail(new EndpointException(_producer.Endpoint, $"a row could not be written to topic {_settings.Topic}: {KafkaClient.Describe(error)}"));
                break;
        }
    }

    private void Finish(SentBatch batch, int parts)
    {
        lock (_gate)
        {
            batch.Open -= parts;
            while (_confirmed < _sent && _slots[_confirmed % Window] is { Open: 0 } first)
            {
                // After a batch of which only a part was sent nothing is confirmed any more.
                _cut |= !first.IsWhole;
                if (_failure is null && !_cut)
                {
                    first.Rows.Confirm(_task.Positions);
                }

                first.Rows.Dispose();
                _slots[_confirmed++ % Window] = null;
                _room.Release();
            }

            if (_confirmed == _sent)
            {
                _allConfirmed?.TrySetResult();
                _allConfirmed = null;
            }
        }
    }

    /// <summary>What has not been acknowledged by now is unknown.</summary>
    private void GiveUp()
    {
        lock (_gate)
        {
            _failure ??= new OperationCanceledException();
            for (var number = _confirmed; number < _sent; number++)
            {
                if (_slots[number % Window] is { } batch)
                {
                    _task.Books.AddUnknown(batch.Open);
                    batch.Rows.Dispose();
                    _slots[number % Window] = null;
                }
            }

            _confirmed = _sent;
        }
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
        }
    }

    private void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Serve()
    {
        while (!_closing)
        {
            _producer.ServeEvents(ServeMs);
            while (_producer.TryTakeEvent(out var happened))
            {
                try
                {
                    KafkaErrors.ThrowIfRefused(_producer.Endpoint, happened);
                }
                catch (Exception e)
                {
                    Fail(e);
                }
            }
        }
    }

    /// <summary>A batch whose messages are under way.</summary>
    private sealed class SentBatch(RowBatch rows)
    {
        public RowBatch Rows { get; } = rows;

        /// <summary>Whether all of its rows were handed to the library. Set before its writing is done.</summary>
        public bool IsWhole { get; set; }

        /// <summary>Rows that have no place in the books yet, and one for the writing itself.</summary>
        public int Open { get; set; } = rows.Count + 1;
    }
}
