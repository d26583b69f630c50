using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>The connection of a <see cref="GuardedPipeline"/>, and the guards that it watches: those whose records were where they should be.</summary>
internal sealed class GuardLine(RedisOptions server, TimeProvider clock) : IAsyncDisposable
{
    private readonly HashSet<Guard> _watched = [];
    private readonly RespWriter _text = new(4 << 10);
    private readonly OwnConnection _own = new(server, clock);
    private bool _mayTransact;
    private Task _sending = Task.CompletedTask;

    /// <summary>Whom refusals and lost positions are told of.</summary>
    public string Endpoint => _own.Endpoint;

    public bool IsConnected => _own.Current is not null;

    public long Reconnects => _own.Reconnects;

    public long BytesSent { get; private set; }

    public void Adopt(RedisConnection connection) => _own.Adopt(connection);

    public async Task ConnectAsync(CancellationToken stop)
    {
        await _own.OpenAsync(stop);
        _mayTransact = false;
        _watched.Clear();
    }

    public async ValueTask ForgetAsync()
    {
        if (_own.Current is { } connection)
        {
            _own.Forget();
            _watched.Clear();
            await connection.DisposeAsync();
        }
    }

    public bool Watches(IReadOnlyList<GuardMove> moves) => moves.All(m => _watched.Contains(m.Guard));

    /// <summary>The guards that the next unit will probably move: those of this one, and others that are still being watched.</summary>
    public List<Guard> Next(IReadOnlyList<GuardMove> moves, int most)
    {
        var next = moves.Where(m => !m.IsLast).Select(m => m.Guard).ToList();
        next.AddRange(_watched.Where(g => !moves.Any(m => ReferenceEquals(m.Guard, g))).Take(Math.Max(0, most - next.Count)));
        return next;
    }

    /// <summary>EXEC has ended every watch. What was asked for behind it counts.</summary>
    /// <returns>False where that was refused.</returns>
    public bool Watched(GuardStates found)
    {
        _watched.Clear();
        for (var i = 0; i < found.Guards.Count && found.Error is null; i++)
        {
            if (found.Guards[i] is var guard && guard.IsAt(guard.Position, found[i]))
            {
                _watched.Add(guard);
            }
        }

        return found.Error is null;
    }

    /// <summary>Watches the guards of a unit and reads where they are.</summary>
    /// <exception cref="RedisConnectionException">The connection was lost.</exception>
    /// <exception cref="RedisServerException">The server refuses.</exception>
    public async Task<GuardStates> WatchAsync(IReadOnlyList<GuardMove> moves, CancellationToken stop)
    {
        await CheckTransactionsAsync(stop);
        var states = new GuardStates([.. moves.Select(m => m.Guard)]);
        _text.Clear();
        GuardStates.Write(_text, states.Guards);
        var exchange = new Exchange(_text.Written, states.Count, states);
        await SendAsync(exchange, stop);
        await exchange.Completion.WaitAsync(stop);
        if (exchange.Lost is { } lost)
        {
            throw lost;
        }

        if (states.Error is { } error)
        {
            throw new RedisServerException(Endpoint, error, "the server refuses");
        }

        Watched(states);
        return states;
    }

    /// <summary>Sends commands of any kind and waits for their replies.</summary>
    public async Task<Exchange> AskAsync(ReadOnlyMemory<byte> commands, int count, ReplyHandler onReply, CancellationToken stop)
    {
        var exchange = new Exchange(commands, count, onReply);
        await SendAsync(exchange, stop);
        await exchange.Completion.WaitAsync(stop);
        return exchange.Lost is { } lost ? throw lost : exchange;
    }

    /// <summary>A server that reads nothing holds up the sender; one that is given up goes on in the background until its connection ends.</summary>
    public async Task SendAsync(Exchange exchange, CancellationToken stop)
    {
        await _sending.WaitAsync(stop);
        BytesSent += exchange.Bytes.Length;
        var connection = _own.Current ?? throw new InvalidOperationException("not connected");
        _sending = connection.SendAsync(exchange).AsTask();
        await _sending.WaitAsync(stop);
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    /// <summary>Were MULTI refused and the commands after it were not, they would be applied one by one.</summary>
    private async Task CheckTransactionsAsync(CancellationToken stop)
    {
        if (!_mayTransact)
        {
            var connection = _own.Current ?? throw new InvalidOperationException("not connected");
            await connection.CallAsync(stop, "MULTI");
            await connection.CallAsync(stop, "EXEC");
            _mayTransact = true;
        }
    }
}
