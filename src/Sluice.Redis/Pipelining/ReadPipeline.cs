using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>What happens to the connection of a <see cref="ReadPipeline"/>.</summary>
public interface IReadWatch
{
    /// <summary>On every new connection, before anything else is said on it. What it throws is what reads fail with.</summary>
    Task ConnectedAsync(RedisConnection connection, CancellationToken stop);

    /// <summary>A message that belongs to no command, in its order among the replies. Called by the receive loop.</summary>
    void Pushed(in RespReply message);

    /// <summary>About every second while there is somebody to ask: asks what it wants to know. It is to ask something where
    /// <see cref="ReadPipeline.IsIdle"/>, so that a peer that is gone is noticed. What it throws is let be.</summary>
    Task TendAsync(ReadPipeline pipeline, CancellationToken stop);

    /// <summary>A connection has ended. Nothing more will come over it, and there is no other one yet.</summary>
    void Lost();
}

/// <summary>Asks a server over one connection; several reads may be under way, and replies come in the order of the reads. It connects
/// when it is needed, and anew after a loss. Nothing is repeated: that is the caller's.</summary>
/// <param name="watch">Where there is one, the connection is also looked after while nothing is read: a peer that is gone is noticed,
/// and replaced.</param>
public sealed class ReadPipeline(RedisOptions server, TimeProvider clock, IReadWatch? watch = null) : IAsyncDisposable
{
    private static readonly TimeSpan s_idlePeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _sender = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task<RedisConnection>? _connecting;
    private RedisConnection? _current;
    private Task _watching = Task.CompletedTask;
    private Task? _tending;
    private int _connections;
    private int _underWay;

    public RedisOptions Server { get; } = server;

    /// <summary>Whether no replies are due.</summary>
    public bool IsIdle => Volatile.Read(ref _underWay) == 0;

    /// <summary>Connections beyond the first.</summary>
    public int Reconnects => Math.Max(0, Volatile.Read(ref _connections) - 1);

    /// <summary>Sends commands and hands out their replies. What one command is refused for, the reader is told; what all would be
    /// refused for is thrown, after all replies are in. A node of a cluster redirects some commands and not others: that is told.</summary>
    /// <param name="commands">Not to be changed before this has ended; where it was cancelled, not before the pipeline is disposed.</param>
    /// <exception cref="RedisConnectionException">The connection could not be made, or was lost before the last reply.</exception>
    /// <exception cref="RedisServerException">The server refuses: for now where the class is <see cref="ErrorClass.Retry"/>, else for good.</exception>
    public async Task ReadAsync(ReadOnlyMemory<byte> commands, int count, IReplyReader reader, CancellationToken stop)
    {
        var connection = await ConnectionAsync().WaitAsync(stop);
        await AskAsync(connection, new Exchange(commands, count, reader), stop);
    }

    /// <summary>Sends one command and waits for its reply, as <see cref="RespReply.ToObject"/> gives it.</summary>
    /// <exception cref="RedisConnectionException">The connection could not be made, or was lost.</exception>
    /// <exception cref="RedisServerException">The reply is an error.</exception>
    public async Task<object?> CallAsync(IReadOnlyList<ReadOnlyMemory<byte>> command, CancellationToken stop)
    {
        var writer = new RespWriter(256);
        writer.Begin(command.Count);
        foreach (var argument in command)
        {
            writer.Bulk(argument.Span);
        }

        object? result = null;
        var exchange = new Exchange(writer.Written, 1, (int _, in RespReply reply) => result = reply.ToObject());
        await AskAsync(await ConnectionAsync().WaitAsync(stop), exchange, stop);
        return exchange.Errors is [var (_, error), ..] ? throw Refusal(error) : result;
    }

    public async ValueTask DisposeAsync()
    {
        Task<RedisConnection>? connecting;
        lock (_gate)
        {
            _closing.Cancel();
            connecting = _connecting;
        }

        if (connecting is not null)
        {
            // A connection that is only just being made ends by itself.
            await connecting.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        if (Volatile.Read(ref _current) is { } connection)
        {
            await connection.DisposeAsync();
        }

        await _watching;
        await (_tending ?? Task.CompletedTask);

        // Whoever was sending has let go.
        await _sender.WaitAsync();
        _sender.Dispose();
        _closing.Dispose();
    }

    private async Task AskAsync(RedisConnection connection, Exchange exchange, CancellationToken stop)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await _sender.WaitAsync(stop);
            try
            {
                await connection.SendAsync(exchange);
            }
            finally
            {
                _sender.Release();
            }

            await exchange.Completion.WaitAsync(stop);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }

        if (exchange.Lost is { } lost)
        {
            throw lost;
        }

        foreach (var (_, error) in exchange.Errors)
        {
            if (Server.LeadsElsewhere(error))
            {
                connection.Abort();
            }

            if (error.Class is ErrorClass.Retry or ErrorClass.Stop || (error.Class == ErrorClass.Redirect && Server.Cluster is null))
            {
                throw Refusal(error);
            }
        }
    }

    private RedisServerException Refusal(ServerError error) => new(Server.Endpoint, error, "the server refuses");

    /// <summary>All who wait share one attempt, and its failure.</summary>
    private Task<RedisConnection> ConnectionAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (_connecting is { IsFaulted: true } or { IsCanceled: true })
            {
                _connecting = null;
            }

            return _connecting ??= Task.Run(ConnectAsync, CancellationToken.None);
        }
    }

    private async Task<RedisConnection> ConnectAsync()
    {
        await _watching;
        var connection = await RedisConnection.ConnectAsync(Server, clock, _closing.Token);
        try
        {
            if (watch is not null)
            {
                connection.OnPush = (int _, in RespReply message) => watch.Pushed(message);
                await watch.ConnectedAsync(connection, _closing.Token);
            }

            _closing.Token.ThrowIfCancellationRequested();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        Volatile.Write(ref _current, connection);
        Interlocked.Increment(ref _connections);
        _watching = WatchAsync(connection);
        if (watch is not null)
        {
            _tending ??= TendAsync();
        }

        return connection;
    }

    /// <summary>Until it is told that the connection has ended, there is no other one.</summary>
    private async Task WatchAsync(RedisConnection connection)
    {
        await connection.Ended;
        watch?.Lost();
        await connection.DisposeAsync();
        lock (_gate)
        {
            _current = null;
            _connecting = null;
        }
    }

    /// <summary>Says something when nobody else does, so that a peer that is gone is noticed, and sees to it that there is a connection.</summary>
    private async Task TendAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_idlePeriod, clock, _closing.Token);
                try
                {
                    await watch!.TendAsync(this, _closing.Token);
                }
                catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
                {
                    // Whoever reads next is told; here it is only tried again.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Closing.
        }
    }
}
