using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Security;

namespace Sluice.Redis.Connections;

/// <summary>One connection: exchanges go out in the order they are sent, replies are matched to them in that order.
/// One sender at a time; the replies are read by a loop of the connection's own.</summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private const int ReceiveBufferSize = 64 << 10;
    private const int KeepBelow = 8 << 20;

    /// <summary>One reply, or one element where they are taken by themselves. The longest string fits.</summary>
    private const int LongestReply = 1 << 30;

    private const int SmallReply = 4 << 10;
    private const int QuotedBytes = 200;

    /// <summary>The shortest reply there can be: a kind and CR LF.</summary>
    private const int ShortestReply = 3;

    /// <summary>How the answer of a server begins that expects TLS and says so.</summary>
    private const byte TlsAlert = 21;
    private const int LowWaterLimit = 32 << 10;

    private readonly Lock _gate = new();
    private readonly Queue<Exchange> _due = [];
    private readonly Wire _wire;
    private readonly RedisOptions _options;
    private readonly TimeProvider _clock;
    private readonly ITimer _watchdog;
    private Task _receiving = Task.CompletedTask;
    private Exception? _broken;
    private long _dueReplies;
    private long _lastProgress;
    private bool _anyReply;

    private RedisConnection(Wire wire, RedisOptions options, TimeProvider clock)
    {
        (_wire, _options, _clock) = (wire, options, clock);
        _lastProgress = clock.GetTimestamp();
        var period = TimeSpan.FromMilliseconds(Math.Max(10, options.SocketTimeout.TotalMilliseconds / 4));
        _watchdog = clock.CreateTimer(static state => ((RedisConnection)state!).CheckProgress(), this, period, period);
    }

    /// <summary>host:port of who answers here, whoever told them.</summary>
    internal string Endpoint => _options.Endpoint;

    public RedisServer Server { get; private set; } = new(null, null, null, 2);

    /// <summary>Takes messages that belong to no command (RESP3 push). Called by the receive loop.</summary>
    public ReplyHandler? OnPush { get; set; }

    /// <summary>Ends when the connection has, and everything that came over it has been handed out. Never faults.</summary>
    public Task Ended => _receiving;

    /// <summary>Connects, authenticates and selects the database.</summary>
    /// <exception cref="RedisConnectionException">Nobody answers there, or not in time.</exception>
    /// <exception cref="RedisServerException">The server answers and refuses.</exception>
    public static async Task<RedisConnection> ConnectAsync(RedisOptions options, TimeProvider clock, CancellationToken stop)
    {
        if (options.Sentinel is { } sentinel)
        {
            return await sentinel.ConnectAsync(options, clock, stop);
        }

        var connection = new RedisConnection(await Wire.OpenAsync(options, clock, stop), options, clock);
        connection._receiving = Task.Run(connection.ReceiveAsync, CancellationToken.None);
        try
        {
            await connection.IntroduceAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server may go on sending without ever answering: that is progress of the wire, not of the handshake.</summary>
    private async Task IntroduceAsync(CancellationToken stop)
    {
        var most = _options.ConnectTimeout + _options.SocketTimeout;
        if (!await TimeLimit.RunAsync(most, async within => Server = await Handshake.PerformAsync(this, _options, within), _clock, stop))
        {
            throw new RedisConnectionException(_options.Endpoint, $"no end of the handshake within {most.TotalMilliseconds} ms (connect.timeout and socket.timeout)");
        }
    }

    /// <summary>Sends; returns when the bytes are with the operating system. A lost connection shows in the exchange, not here.</summary>
    public async ValueTask SendAsync(Exchange exchange)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                exchange.Lose(_broken);
                return;
            }

            if (_due.Count == 0)
            {
                _lastProgress = _clock.GetTimestamp();
            }

            exchange.WasSent = true;
            _due.Enqueue(exchange);
            _dueReplies += exchange.Count;
        }

        try
        {
            for (var rest = exchange.Bytes; !rest.IsEmpty;)
            {
                var sent = await _wire.SendAsync(rest);
                Volatile.Write(ref _lastProgress, _clock.GetTimestamp());
                rest = rest[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Whom the server does not let in may learn why from what it said before it hung up.
            if (!_wire.IsSecure || _anyReply || e is ObjectDisposedException)
            {
                Break(e);
            }
        }
    }

    /// <summary>Sends one command and waits for its reply, as <see cref="RespReply.ToObject"/> gives it.</summary>
    /// <exception cref="RedisConnectionException">The connection was lost.</exception>
    /// <exception cref="RedisServerException">The reply is an error.</exception>
    public async Task<object?> CallAsync(CancellationToken stop, params string[] command)
    {
        var writer = new RespWriter(256);
        writer.Begin(command.Length);
        foreach (var argument in command)
        {
            writer.Bulk(System.Text.Encoding.UTF8.GetBytes(argument));
        }

        object? result = null;
        var exchange = new Exchange(writer.Written, 1, (int _, in RespReply reply) => result = reply.ToObject());
        await SendAsync(exchange);
        await exchange.Completion.WaitAsync(stop);
        if (exchange.Lost is { } lost)
        {
            throw lost;
        }

        return exchange.Errors is [var (_, error)] ? throw new RedisServerException(_options.Endpoint, error, command[0]) : result;
    }

    /// <summary>Ends the connection at once; what is due is lost.</summary>
    public void Abort() => Break(new ObjectDisposedException(nameof(RedisConnection)));

    /// <summary>Likewise where this is not the server to talk to any more; what is due is lost for the reason given.</summary>
    internal void Leave(string why) => Break(new IOException(why));

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _receiving;
        _wire.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize);
        var extent = new ReplyExtent(SmallReply);
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled == buffer.Length)
                {
                    // One reply is larger than the buffer.
                    Array.Resize(ref buffer, buffer.Length < LongestReply ? buffer.Length * 2 : throw new RespFormatException($"a reply of more than {LongestReply} bytes"));
                }

                WaitForMany();
                var received = await _wire.ReceiveAsync(buffer.AsMemory(filled));
                if (received == 0 || (!_anyReply && buffer[0] == TlsAlert))
                {
                    throw new EndOfStreamException("the server closed the connection");
                }

                Volatile.Write(ref _lastProgress, _clock.GetTimestamp());
                filled += received;
                if (!extent.IsWorthReading(buffer.AsSpan(0, filled)))
                {
                    continue;
                }

                var consumed = Dispatch(buffer.AsSpan(0, filled));
                extent.Read(filled, consumed);
                filled -= consumed;
                if (buffer.Length > KeepBelow && filled <= ReceiveBufferSize)
                {
                    // One huge value had blown it up.
                    var smaller = GC.AllocateUninitializedArray<byte>(2 * ReceiveBufferSize);
                    buffer.AsSpan(consumed, filled).CopyTo(smaller);
                    buffer = smaller;
                    continue;
                }

                buffer.AsSpan(consumed, filled).CopyTo(buffer);
            }
        }
        catch (Exception e)
        {
            Break(e);
            LoseDue();
        }
    }

    /// <summary>A server answers in many small pieces, and waking up for each costs more than reading it. The kernel is asked to
    /// wake us when about half of the replies that are due can be there; as every reply has at least three bytes, they will be.</summary>
    private void WaitForMany()
    {
        if (!OperatingSystem.IsLinux() || _wire.IsSecure)
        {
            return;
        }

        lock (_gate)
        {
            var due = _dueReplies - (_due.TryPeek(out var head) ? head.Received : 0);
            // Under the gate: the watchdog sets it too.
            _wire.SetLowWater((int)Math.Clamp(due * ShortestReply / 2, 1, LowWaterLimit));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Dispatch(ReadOnlySpan<byte> received)
    {
        var consumed = 0;
        Exchange? head = null;
        while (consumed < received.Length)
        {
            // Before the reply is read: how it is read depends on who waits for it.
            head ??= Head();
            RespReply reply;
            int size;
            if (head is { TakesApart: true })
            {
                if (!head.TryTakePart(received[consumed..], out reply, out size))
                {
                    break;
                }
            }
            else if (!RespReader.TryRead(received[consumed..], out reply, out size))
            {
                break;
            }

            consumed += size;
            _anyReply = true;
            if (reply.Kind == RespKind.Push)
            {
                OnPush?.Invoke(0, reply);
                continue;
            }

            if (head is null)
            {
                ThrowUnasked(reply);
            }

            if (!head.TakesApart)
            {
                head.Take(reply);
            }

            if (head.Received == head.Count)
            {
                lock (_gate)
                {
                    _due.TryDequeue(out _);
                    _dueReplies -= head.Count;
                }

                head = null;
            }
        }

        return consumed;
    }

    private Exchange? Head()
    {
        lock (_gate)
        {
            _due.TryPeek(out var head);
            return head;
        }
    }

    /// <summary>A server that takes no more clients says so unasked, and hangs up.</summary>
    [DoesNotReturn]
    private void ThrowUnasked(in RespReply reply) =>
        throw (reply.IsError && ServerError.Parse(reply.Content) is { Class: ErrorClass.Retry or ErrorClass.Stop } error
            ? new RedisServerException(_options.Endpoint, error, "the server hung up")
            : new RespFormatException($"a reply that no command asked for: {System.Text.Encoding.UTF8.GetString(reply.Content[..Math.Min(QuotedBytes, reply.Content.Length)])}"));

    private void CheckProgress()
    {
        lock (_gate)
        {
            if (_due.Count == 0 || _broken is not null)
            {
                return;
            }

            if (_clock.GetElapsedTime(Volatile.Read(ref _lastProgress)) < _options.SocketTimeout)
            {
                // The replies of a slow server may be fewer than the receive loop waits for.
                _wire.SetLowWater(1);
                return;
            }
        }

        Break(new TimeoutException($"no reply within {_options.SocketTimeout.TotalMilliseconds} ms"));
    }

    /// <summary>Ends the connection. What is due is told by the receive loop, which no other reply can then be arriving in.</summary>
    private void Break(Exception why)
    {
        lock (_gate)
        {
            if (_broken is null)
            {
                _broken = LossBy(why);
                _watchdog.Dispose();
                _wire.Close();
            }
        }
    }

    private Exception LossBy(Exception why)
    {
        if ((why as RedisServerException ?? (_wire.IsSecure ? TlsHandshake.Refusal(why, _options) : null)) is { } refusal)
        {
            return refusal;
        }

        // A server that expects TLS hangs up, or says so in TLS, which is no reply.
        var mayExpectTls = !_wire.IsSecure && !_anyReply && (why is EndOfStreamException or SocketException { SocketErrorCode: SocketError.ConnectionReset });
        return mayExpectTls
            ? new RedisConnectionException(_options.Endpoint, "the server closed the connection before any reply; the port may expect TLS", why) { Doubt = TlsDoubt.MayExpectTls }
            : new RedisConnectionException(_options.Endpoint, why.Message, why);
    }

    private void LoseDue()
    {
        lock (_gate)
        {
            while (_due.TryDequeue(out var exchange))
            {
                exchange.Lose(_broken!);
            }
        }
    }
}
