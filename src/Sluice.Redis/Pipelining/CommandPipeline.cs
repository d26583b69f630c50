using System.Runtime.ExceptionServices;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>Sends blocks over one connection with a bounded number in flight, and sees each through: what was not applied is
/// sent again, what was lost with a connection is sent again on a new one, always in the order of the source. One caller at a time.</summary>
public sealed class CommandPipeline(RedisOptions server, PipelineOptions options, ICommandOwner owner, TimeProvider clock) : IAsyncDisposable
{
    private readonly Queue<CommandBlock> _inFlight = [];
    private readonly RespWriter _again = new();
    private RedisConnection? _connection;
    private long? _lostClient;
    private bool _wasConnected;
    private long _bytesInFlight;

    /// <summary>Bytes sent, repetitions included.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Commands sent again.</summary>
    public long Resent { get; private set; }

    public long Reconnects { get; private set; }

    /// <summary>How long the last settled block took.</summary>
    public TimeSpan LastBlockTime { get; private set; }

    private int MaxBlocks => options.Repeatable ? options.MaxBlocks : 1;

    /// <summary>Uses a connection that is there already.</summary>
    public void Adopt(RedisConnection connection) => (_connection, _wasConnected) = (connection, true);

    /// <summary>Settles what is answered, and waits until a block of that many bytes may go: there is room for it, and a connection.</summary>
    /// <exception cref="RedisConnectionException">A block was not settled within its time, or there is no connection within the time of one.</exception>
    /// <exception cref="RedisServerException">The server refuses everything.</exception>
    public async ValueTask MakeRoomAsync(int bytes, CancellationToken stop)
    {
        await WaitForRoomAsync(bytes, stop);
        if (_connection is null)
        {
            await ReconnectAsync(clock.GetTimestamp(), stop);
        }
    }

    /// <summary>Takes a block on, after <see cref="MakeRoomAsync"/>; it is in flight from then on, whatever happens.</summary>
    public async ValueTask SendAsync(CommandBlock block)
    {
        block.Exchange = new Exchange(block.Writer.Written, block.Count);
        block.Since = clock.GetTimestamp();
        _inFlight.Enqueue(block);
        _bytesInFlight += block.Writer.Length;
        await SendOnAsync(block.Exchange);
    }

    /// <summary>Returns when every block is settled.</summary>
    public async ValueTask FlushAsync(CancellationToken stop)
    {
        while (_inFlight.Count > 0)
        {
            await SettleHeadAsync(stop);
        }
    }

    /// <summary>Gives up, after the pipeline is disposed: the blocks that are not settled, each command of which is marked with
    /// what became of it as far as a reply told.</summary>
    public IReadOnlyCollection<CommandBlock> Abandon()
    {
        foreach (var block in _inFlight)
        {
            Acknowledge(block, block.Exchange!, AllOf(block));
        }

        return _inFlight;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    private async ValueTask WaitForRoomAsync(int bytes, CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head))
        {
            if (!head.Exchange!.Completion.IsCompleted)
            {
                if (_inFlight.Count < MaxBlocks && _bytesInFlight + bytes <= options.MaxBytes)
                {
                    return;
                }

                await AwaitHalfAsync(head, stop);
            }

            await SettleHeadAsync(stop);
        }
    }

    /// <summary>Waits until half of the window is answered: woken for each block, we would mostly wake up.</summary>
    private async ValueTask AwaitHalfAsync(CommandBlock head, CancellationToken stop)
    {
        var half = _inFlight.ElementAt(_inFlight.Count / 2);
        try
        {
            await AwaitAsync(head, half.Exchange!, stop);
        }
        catch (RedisConnectionException) when (head.Exchange!.Completion.IsCompleted)
        {
            // The head itself was answered in time.
        }
    }

    private async ValueTask SettleHeadAsync(CancellationToken stop)
    {
        var head = _inFlight.Peek();
        await AwaitAsync(head, head.Exchange!, stop);
        if (head.Exchange!.Lost is null && head.Exchange.Errors.Count == 0)
        {
            head.AcknowledgeAll();
        }
        else
        {
            head = await RecoverAsync(head, stop);
        }

        Settle(head);
    }

    private void Settle(CommandBlock head)
    {
        _inFlight.Dequeue();
        _bytesInFlight -= head.Writer.Length;
        LastBlockTime = clock.GetElapsedTime(head.Since);
        if (_inFlight.TryPeek(out var next))
        {
            next.Since = clock.GetTimestamp();
        }

        owner.Settled(head);
    }

    /// <summary>Sees the oldest block through. If anything of it has to be sent again, later blocks may already have been
    /// applied before it: to keep the order of the source they are sent again after it, whole.</summary>
    /// <returns>The last block seen through, which is still to be settled.</returns>
    private async Task<CommandBlock> RecoverAsync(CommandBlock head, CancellationToken stop)
    {
        var again = Collect(head, head.Exchange!, AllOf(head), out var wait);
        if (again.Count == 0)
        {
            return head;
        }

        await ResendAsync(head, again, wait, stop);
        while (_inFlight.Count > 1)
        {
            Settle(head);
            head = _inFlight.Peek();
            await AwaitAsync(head, head.Exchange!, stop);
            Acknowledge(head, head.Exchange!, AllOf(head));
            await ResendAsync(head, AllOf(head), wait: false, stop);
        }

        return head;
    }

    private async Task ResendAsync(CommandBlock block, List<int> commands, bool wait, CancellationToken stop)
    {
        var backoff = new Backoff(clock);
        while (commands.Count > 0)
        {
            if (wait)
            {
                await WithinAsync(block.Since, backoff.WaitAsync, "the server kept refusing", stop);
            }

            if (_connection is null)
            {
                await ReconnectAsync(block.Since, stop);
            }

            _again.Clear();
            foreach (var command in commands)
            {
                _again.Raw(block.Command(command));
            }

            Resent += commands.Count;
            var exchange = new Exchange(_again.Written, commands.Count);
            await SendOnAsync(exchange);
            await AwaitAsync(block, exchange, stop);
            commands = Collect(block, exchange, commands, out wait);
        }
    }

    /// <summary>Reads the replies of an exchange; returns the commands that must be sent (again), in order.</summary>
    private List<int> Collect(CommandBlock block, Exchange exchange, List<int> sent, out bool wait)
    {
        wait = false;
        Acknowledge(block, exchange, sent);
        if (exchange.Lost is not null)
        {
            Forget();
        }

        var again = new List<int>();
        Exception? first = null;
        var errors = exchange.Errors.GetEnumerator();
        var error = errors.MoveNext() ? errors.Current : (Command: -1, Error: default);
        for (var i = 0; i < sent.Count; i++)
        {
            var command = sent[i];
            if (i >= exchange.Received)
            {
                if (!options.Repeatable)
                {
                    owner.Repeating(block, command);
                }

                again.Add(command);
            }
            else if (i == error.Command)
            {
                try
                {
                    wait |= Judge(block, command, error.Error, again);
                }
                catch (Exception e) when (e is not RedisServerException)
                {
                    // The owner has had enough; what else the server refused is still its to know.
                    first ??= e;
                }

                error = errors.MoveNext() ? errors.Current : (-1, default);
            }
            else if (options.Repeatable && again.Count > 0)
            {
                again.Add(command);
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return again;
    }

    /// <returns>Whether to wait before the next attempt.</returns>
    private bool Judge(CommandBlock block, int command, ServerError error, List<int> again)
    {
        switch (error.Class)
        {
            case ErrorClass.Retry:
                LastRefusal = error;
                again.Add(command);
                return true;
            case ErrorClass.Stop or ErrorClass.Redirect:
                throw new RedisServerException(server.Endpoint, error, "the server refuses");
            default:
                block.Mark(command, CommandState.Refused);
                var first = block.Count;
                var appended = owner.Refused(block, command, error);
                again.AddRange(Enumerable.Range(first, appended));
                return false;
        }
    }

    private ServerError? LastRefusal { get; set; }

    private static void Acknowledge(CommandBlock block, Exchange exchange, List<int> sent)
    {
        var refused = 0;
        for (var i = 0; i < exchange.Received; i++)
        {
            if (refused < exchange.Errors.Count && exchange.Errors[refused].Command == i)
            {
                refused++;
            }
            else
            {
                block.Mark(sent[i], CommandState.Acknowledged);
            }
        }
    }

    private static List<int> AllOf(CommandBlock block) => [.. Enumerable.Range(0, block.Count)];

    private async ValueTask SendOnAsync(Exchange exchange)
    {
        BytesSent += exchange.Bytes.Length;
        await _connection!.SendAsync(exchange);
    }

    private void Forget()
    {
        _lostClient = _connection?.Server.ClientId ?? _lostClient;
        _connection = null;
    }

    /// <summary>A new connection, on which the old one is ended first: nothing still in its buffer may be applied later.</summary>
    private Task ReconnectAsync(long since, CancellationToken stop) => WithinAsync(since, async stop =>
    {
        var backoff = new Backoff(clock);
        while (_connection is null)
        {
            try
            {
                var connection = await RedisConnection.ConnectAsync(server, clock, stop);
                await EndLostClientAsync(connection, stop);
                Reconnects += _wasConnected ? 1 : 0;
                (_connection, _lostClient, _wasConnected) = (connection, null, true);
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException { Error.Class: ErrorClass.Retry })
            {
                LastFailure = e.Message;
                await backoff.WaitAsync(stop);
            }
        }
    }, "no connection", stop);

    private string? LastFailure { get; set; }

    private async Task EndLostClientAsync(RedisConnection connection, CancellationToken stop)
    {
        if (_lostClient is not { } id)
        {
            return;
        }

        try
        {
            await connection.CallAsync(stop, "CLIENT", "KILL", "ID", id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (RedisServerException)
        {
            // Gone already, or this user may not: the server does not allow more.
        }
        catch (RedisConnectionException)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private Task AwaitAsync(CommandBlock block, Exchange exchange, CancellationToken stop) => exchange.Completion.IsCompleted
        ? Task.CompletedTask
        : WithinAsync(block.Since, exchange.Completion.WaitAsync, "no acknowledgement", stop);

    /// <summary>Bounds whatever is done for a block by the block's time.</summary>
    /// <param name="since">When that began.</param>
    private async Task WithinAsync(long since, Func<CancellationToken, Task> run, string what, CancellationToken stop)
    {
        var left = options.Timeout - clock.GetElapsedTime(since);
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await run(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            var last = _connection is null ? LastFailure : LastRefusal?.Text;
            throw new RedisConnectionException(server.Endpoint,
                $"{what} within {options.Timeout.TotalMilliseconds} ms (timeout)" + (last is null ? "" : $"; the last answer: {last}"));
        }
    }
}
