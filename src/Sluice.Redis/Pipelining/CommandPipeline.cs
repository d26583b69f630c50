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

    /// <summary>From sending the last settled block until its acknowledgement was looked at.</summary>
    public TimeSpan LastBlockTime { get; private set; }

    private int MaxBlocks => options.Repeatable ? options.MaxBlocks : 1;

    /// <summary>Uses a connection that is there already.</summary>
    public void Adopt(RedisConnection connection) => (_connection, _wasConnected) = (connection, true);

    /// <summary>Settles what is answered, and waits until the block may go.</summary>
    /// <exception cref="RedisConnectionException">A block was not settled within its time.</exception>
    /// <exception cref="RedisServerException">The server refuses everything.</exception>
    public async ValueTask MakeRoomAsync(CommandBlock block, CancellationToken stop)
    {
        while (_inFlight.TryPeek(out var head))
        {
            if (head.Exchange is { Completion.IsCompleted: false })
            {
                if (_inFlight.Count < MaxBlocks && _bytesInFlight + block.Writer.Length <= options.MaxBytes)
                {
                    return;
                }

                await AwaitHalfAsync(head, stop);
            }

            await SettleHeadAsync(stop);
        }

        if (_connection is null)
        {
            block.Since = clock.GetTimestamp();
            await ReconnectAsync(block, stop);
        }
    }

    /// <summary>Takes a block on that there is room for; it is in flight from then on, whatever happens.</summary>
    public async ValueTask SendAsync(CommandBlock block)
    {
        block.Exchange = new Exchange(block.Writer.Written, block.Count);
        block.Since = block.SentAt = clock.GetTimestamp();
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
            if (block.Exchange is { } exchange)
            {
                Acknowledge(block, exchange, block.Sent ?? AllOf(exchange));
            }
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

    /// <summary>Waits until half of the window is answered: woken for each block, we would mostly wake up.</summary>
    private async ValueTask AwaitHalfAsync(CommandBlock head, CancellationToken stop)
    {
        // Only the head may be without an exchange, and it is not here.
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

    /// <summary>Sees the oldest block through. Where it stands is kept in the block, so that a caller who was stopped in
    /// between can go on with another call.</summary>
    private async ValueTask SettleHeadAsync(CancellationToken stop)
    {
        var head = _inFlight.Peek();
        while (true)
        {
            if (head.Exchange is null)
            {
                await SendAgainAsync(head, stop);
            }

            var exchange = head.Exchange!;
            await AwaitAsync(head, exchange, stop);
            if (exchange.Lost is null && exchange.Errors.Count == 0 && head is { Sent: null, MustRepeat: false })
            {
                head.AcknowledgeAll();
                break;
            }

            Collect(head, exchange);
            if (head.Due.Count == 0)
            {
                break;
            }

            if (options.Repeatable)
            {
                RepeatAfter(head);
            }
        }

        Settle(head);
    }

    /// <summary>Something of the block has to be sent again, and later blocks may already have been applied before it: to keep
    /// the order of the source they are sent again after it, whole.</summary>
    private void RepeatAfter(CommandBlock head)
    {
        foreach (var block in _inFlight)
        {
            block.MustRepeat |= block != head;
        }
    }

    private void Settle(CommandBlock head)
    {
        _inFlight.Dequeue();
        _bytesInFlight -= head.Writer.Length;
        LastBlockTime = clock.GetElapsedTime(head.SentAt);
        if (_inFlight.TryPeek(out var next))
        {
            next.Since = clock.GetTimestamp();
        }

        owner.Settled(head);
    }

    private async Task SendAgainAsync(CommandBlock block, CancellationToken stop)
    {
        if (block.Waits)
        {
            await WithinAsync(block, (block.Backoff ??= new Backoff(clock)).WaitAsync, "the server kept refusing", stop);
            block.Waits = false;
        }

        if (_connection is null)
        {
            await ReconnectAsync(block, stop);
        }

        _again.Clear();
        foreach (var command in block.Due)
        {
            _again.Raw(block.Command(command));
        }

        Resent += block.Due.Count;
        (block.Sent, block.Due, block.Judged) = (block.Due, [], 0);
        block.Exchange = new Exchange(_again.Written, block.Sent.Count);
        await SendOnAsync(block.Exchange);
    }

    /// <summary>Reads the replies of an exchange; what must be sent (again) is due afterwards, in order, and the exchange is done with.</summary>
    private void Collect(CommandBlock block, Exchange exchange)
    {
        var sent = block.Sent ?? AllOf(exchange);
        Acknowledge(block, exchange, sent);
        if (exchange.Lost is not null)
        {
            Forget();
        }

        if (block.MustRepeat)
        {
            (block.MustRepeat, block.Judged, block.Due) = (false, sent.Count, [.. sent]);
        }

        // Whoever judges may throw. What is judged is not judged again when the block is taken up later.
        var errors = exchange.Errors.ToDictionary(e => e.Command, e => e.Error);
        while (block.Judged < sent.Count)
        {
            var i = block.Judged++;
            var command = sent[i];
            if (i >= exchange.Received)
            {
                if (!options.Repeatable)
                {
                    owner.Repeating(block, command);
                }

                block.Due.Add(command);
            }
            else if (errors.TryGetValue(i, out var error))
            {
                Judge(block, command, error);
            }
            else if (options.Repeatable && block.Due.Count > 0)
            {
                block.Due.Add(command);
            }
        }

        block.Exchange = null;
    }

    private void Judge(CommandBlock block, int command, ServerError error)
    {
        switch (error.Class)
        {
            case ErrorClass.Retry:
                LastRefusal = error;
                block.Waits = true;
                block.Due.Add(command);
                break;
            case ErrorClass.Stop or ErrorClass.Redirect:
                throw new RedisServerException(server.Endpoint, error, "the server refuses");
            default:
                block.Mark(command, CommandState.Refused);
                var first = block.Count;
                try
                {
                    owner.Refused(block, command, error);
                }
                finally
                {
                    block.Due.AddRange(Enumerable.Range(first, block.Count - first));
                }

                break;
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

    /// <summary>The first exchange of a block holds the commands that it had then; others were appended since.</summary>
    private static List<int> AllOf(Exchange first) => [.. Enumerable.Range(0, first.Count)];

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
    private Task ReconnectAsync(CommandBlock block, CancellationToken stop) => WithinAsync(block, async stop =>
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
        : WithinAsync(block, exchange.Completion.WaitAsync, "no acknowledgement", stop);

    /// <summary>Bounds whatever is done for a block by the block's time.</summary>
    private async Task WithinAsync(CommandBlock block, Func<CancellationToken, Task> run, string what, CancellationToken stop)
    {
        var left = options.Timeout - clock.GetElapsedTime(block.Since);
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
