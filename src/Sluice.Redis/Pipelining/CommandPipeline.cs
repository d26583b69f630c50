using System.Runtime.ExceptionServices;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>Sends blocks over one connection with a bounded number in flight, and sees each through: what was not applied is
/// sent again, what was lost with a connection is sent again on a new one, always in the order of the source. One caller at a time.</summary>
public sealed class CommandPipeline(RedisOptions server, PipelineOptions options, ICommandOwner owner, TimeProvider clock) : ICommandPipeline
{
    private readonly Queue<CommandBlock> _inFlight = [];
    private readonly RespWriter _again = new();
    private readonly WaitNotice _notice = new(options.Waiting, clock);
    private readonly OwnConnection _own = new(server, clock);
    private Task _sending = Task.CompletedTask;
    private long _bytesInFlight;
    private long _settledAt;

    public long BytesSent { get; private set; }

    public long Resent { get; private set; }

    public long Reconnects => _own.Reconnects;

    public TimeSpan LastBlockTime { get; private set; }

    private int MaxBlocks => options.Repeatable ? options.MaxBlocks : 1;

    /// <summary>Uses a connection that is there already.</summary>
    public void Adopt(RedisConnection connection) => _own.Adopt(connection);

    public async ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head))
        {
            if (head.Again is null && !head.Exchange!.Completion.IsCompleted)
            {
                if (_inFlight.Count < MaxBlocks && _bytesInFlight + block.Writer.Length <= options.MaxBytes)
                {
                    return;
                }

                await AwaitHalfAsync(head, stop);
            }

            await SettleHeadAsync(stop);
        }

        if (_own.Current is null)
        {
            await ReconnectAsync(clock.GetTimestamp(), stop);
        }
    }

    public async ValueTask SendAsync(CommandBlock block, CancellationToken stop)
    {
        block.Exchange = new Exchange(block.Writer.Written, block.Count);
        block.Since = block.SentAt = clock.GetTimestamp();
        _inFlight.Enqueue(block);
        block.Size = block.Writer.Length;
        _bytesInFlight += block.Size;
        await SendOnAsync(block.Exchange, stop);
    }

    public async ValueTask SettleAnsweredAsync(CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head)
            && (head.Again is not null || head.Exchange!.Completion.IsCompleted || clock.GetElapsedTime(head.Since) >= options.Timeout))
        {
            await SettleHeadAsync(stop);
        }
    }

    public async ValueTask FlushAsync(CancellationToken stop)
    {
        while (_inFlight.Count > 0)
        {
            await SettleHeadAsync(stop);
        }
    }

    public IReadOnlyCollection<CommandBlock> Abandon()
    {
        foreach (var block in _inFlight)
        {
            Acknowledge(block);
        }

        return _inFlight;
    }

    public ValueTask DisposeAsync()
    {
        if (_settledAt > 0)
        {
            server.Sentinel?.Watch.Ended(_own.Endpoint, _settledAt);
        }

        return _own.DisposeAsync();
    }

    /// <summary>Waits until half of the window is answered: woken for each block, we would mostly wake up.</summary>
    private async ValueTask AwaitHalfAsync(CommandBlock head, CancellationToken stop)
    {
        var half = _inFlight.ElementAt(_inFlight.Count / 2);
        try
        {
            await AwaitAsync(half.Exchange!, stop);
        }
        catch (RedisConnectionException) when (head.Exchange!.Completion.IsCompleted)
        {
            // The head itself was answered in time.
        }
    }

    private async ValueTask SettleHeadAsync(CancellationToken stop)
    {
        var head = _inFlight.Peek();
        if (head.Again is null)
        {
            await AwaitAsync(head.Exchange!, stop);
            if (head.Sent is null && head.Exchange is { Lost: null, Errors.Count: 0 })
            {
                head.AcknowledgeAll();
            }
            else
            {
                Collect(head);
            }
        }

        if (head.Again is not null)
        {
            await ResendAsync(head, stop);
        }

        Settle(head);
    }

    private void Settle(CommandBlock head)
    {
        _inFlight.Dequeue();
        _bytesInFlight -= head.Size;
        _settledAt = clock.GetTimestamp();
        LastBlockTime = clock.GetElapsedTime(head.SentAt, _settledAt);
        (LastRefusal, LastFailure) = (null, null);
        _notice.Ended();
        if (_inFlight.TryPeek(out var next))
        {
            next.Since = clock.GetTimestamp();
        }

        owner.Settled(head);
    }

    /// <summary>Sees the oldest block through. Where that is interrupted, its state says where to go on.</summary>
    private async Task ResendAsync(CommandBlock head, CancellationToken stop)
    {
        var backoff = new Backoff(clock);
        while (head.Again is { } commands)
        {
            await FinishSendingAsync(stop);
            if (head.WaitFirst)
            {
                await WithinAsync(head.Since, backoff.WaitAsync, "the server kept refusing", stop);
            }

            if (_own.Current is null)
            {
                await ReconnectAsync(head.Since, stop);
            }

            Acknowledge(head);
            _again.Clear();
            foreach (var command in commands)
            {
                _again.Raw(head.Command(command));
            }

            Resent += commands.Count;
            (head.Exchange, head.Sent, head.Again) = (new Exchange(_again.Written, commands.Count), commands, null);
            await SendOnAsync(head.Exchange, stop);
            await AwaitAsync(head.Exchange, stop);
            Collect(head);
            head.WaitFirst |= head.Exchange.Lost is not null;
        }
    }

    /// <summary>Reads the replies of the oldest block, and notes which commands must be sent (again), in order. If there are any,
    /// later blocks may already have been applied before them: to keep the order of the source they are sent again after it, whole.</summary>
    private void Collect(CommandBlock head)
    {
        var exchange = head.Exchange!;
        Acknowledge(head);
        if (exchange.Errors.FirstOrDefault(e => e.Error.Class is ErrorClass.Stop or ErrorClass.Redirect) is { Error.Text: not null } refusal)
        {
            throw new RedisServerException(_own.Endpoint, refusal.Error, "the server refuses");
        }

        if (exchange.Lost is { } lost)
        {
            LastFailure = lost.Message;
            _own.Forget();
        }

        var again = new List<int>();
        Exception? broken = null;
        head.WaitFirst = false;
        var errors = exchange.Errors.GetEnumerator();
        var error = errors.MoveNext() ? errors.Current : (Command: -1, Error: default);
        var sent = head.Sent ?? AllOf(exchange.Count);
        for (var i = 0; i < sent.Count; i++)
        {
            var command = sent[i];
            if (i >= exchange.Received)
            {
                if (!options.Repeatable && exchange.WasSent)
                {
                    owner.Repeating(head, command);
                }

                again.Add(command);
            }
            else if (i == error.Command)
            {
                head.WaitFirst |= Judge(head, command, error.Error, again, ref broken);
                error = errors.MoveNext() ? errors.Current : (-1, default);
            }
            else if (options.Repeatable && again.Count > 0)
            {
                again.Add(command);
            }
        }

        if (again.Count > 0)
        {
            SendAgain(head, again);
        }

        if (broken is not null)
        {
            ExceptionDispatchInfo.Throw(broken);
        }
    }

    private void SendAgain(CommandBlock head, List<int> commands)
    {
        if (head.Sent is null)
        {
            // Its time counts from when somebody could do something about it: while rows were waited for, nobody looked at replies.
            head.Since = clock.GetTimestamp();
        }

        head.Again = commands;
        foreach (var later in _inFlight.Skip(1))
        {
            later.Again ??= AllOf(later.Count);
        }
    }

    /// <summary>Each refusal is told to the owner once. What the owner throws waits until all replies are looked at.</summary>
    /// <returns>Whether to wait before the next attempt.</returns>
    private bool Judge(CommandBlock block, int command, ServerError error, List<int> again, ref Exception? broken)
    {
        if (error.Class == ErrorClass.Retry)
        {
            (LastRefusal, LastFailure) = (error, error.Text);
            _notice.Failed(error.Text);
            if (server.LeadsElsewhere(error))
            {
                // The master has become a replica: sentinels know who is the master now.
                _own.Current?.Abort();
                _own.Forget();
            }

            again.Add(command);
            return true;
        }

        if (block[command] != CommandState.Refused)
        {
            block.Mark(command, CommandState.Refused);
            var first = block.Count;
            try
            {
                owner.Refused(block, command, error);
            }
            catch (Exception e)
            {
                broken ??= e;
            }

            again.AddRange(Enumerable.Range(first, block.Count - first));
        }

        return false;
    }

    private ServerError? LastRefusal { get; set; }

    /// <summary>Marks what the replies to a block's last exchange acknowledge.</summary>
    private static void Acknowledge(CommandBlock block)
    {
        var exchange = block.Exchange!;
        var refused = 0;
        for (var i = 0; i < exchange.Received; i++)
        {
            if (refused < exchange.Errors.Count && exchange.Errors[refused].Command == i)
            {
                refused++;
            }
            else
            {
                block.Mark(block.Sent is { } sent ? sent[i] : i, CommandState.Acknowledged);
            }
        }
    }

    private static List<int> AllOf(int count) => [.. Enumerable.Range(0, count)];

    private async ValueTask SendOnAsync(Exchange exchange, CancellationToken stop)
    {
        await FinishSendingAsync(stop);
        BytesSent += exchange.Bytes.Length;
        var connection = _own.Current ?? throw new InvalidOperationException($"{nameof(SendAsync)} without {nameof(MakeRoomAsync)}");
        _sending = connection.SendAsync(exchange).AsTask();
        await FinishSendingAsync(stop);
    }

    /// <summary>A server that reads nothing holds up the sender. One that is given up goes on in the background until its connection ends.</summary>
    private ValueTask FinishSendingAsync(CancellationToken stop) => _sending.IsCompleted
        ? ValueTask.CompletedTask
        : new ValueTask(WithinAsync(_inFlight.Peek().Since, _sending.WaitAsync, "could not be sent", stop));

    private Task ReconnectAsync(long since, CancellationToken stop) => WithinAsync(since, async within =>
    {
        var backoff = new Backoff(clock);
        while (_own.Current is null)
        {
            try
            {
                await _own.OpenAsync(within);
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException { Error.Class: ErrorClass.Retry })
            {
                LastFailure = e.Message;
                _notice.Failed(e.Message);
                await backoff.WaitAsync(within);
            }
        }
    }, "no connection", stop);

    private string? LastFailure { get; set; }

    /// <summary>Waits for replies, within the time of the oldest block.</summary>
    private Task AwaitAsync(Exchange exchange, CancellationToken stop) => exchange.Completion.IsCompleted
        ? Task.CompletedTask
        : WithinAsync(_inFlight.Peek().Since, exchange.Completion.WaitAsync, "no acknowledgement", stop);

    /// <summary>Bounds whatever is done for a block by the block's time.</summary>
    private async Task WithinAsync(long since, Func<CancellationToken, Task> run, string what, CancellationToken stop)
    {
        if (!await TimeLimit.RunAsync(options.Timeout - clock.GetElapsedTime(since), run, clock, stop))
        {
            var last = _own.Current is null ? LastFailure : LastRefusal?.Text ?? LastFailure;
            throw new RedisConnectionException(server.Endpoint,
                $"{what} within {options.Timeout.TotalMilliseconds} ms (timeout)" + (last is null ? "" : $"; the last answer: {last}"));
        }
    }
}
