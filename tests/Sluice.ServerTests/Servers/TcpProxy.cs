using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>Stands between a client and a server on 127.0.0.1, and spoils the connection as a network may.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly int _target;
    private readonly Task _accepting;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _accepted;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections in order are cut when more than that many bytes of replies come; those beyond the list live on.</summary>
    public IReadOnlyList<long> CutAfterReplyBytes { get; init; } = [];

    /// <summary>Replies go on in pieces of this many bytes, each after <see cref="Pause"/>.</summary>
    public int PieceBytes { get; init; } = 1 << 16;

    public TimeSpan Pause { get; set; }

    /// <summary>From now on nothing passes, and connections stay open, both to the client and to the server.</summary>
    public bool IsBlackHole { get; set; }

    /// <summary>Whether the first connection alone falls into the black hole.</summary>
    public bool OnlyFirst { get; init; }

    /// <summary>How many more bytes of replies the first connection passes, then it is cut. Counted from when it is set.</summary>
    public long FirstLeft { get; set; } = long.MaxValue;

    /// <summary>A connection whose requests hold this text is cut.</summary>
    public string? CutOn { get; set; }

    /// <summary>A connection whose requests hold this text gets no more replies until <see cref="Release"/>.</summary>
    public string? HoldOn { get; set; }

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                lock (_sockets)
                {
                    _sockets.AddRange([client, server]);
                }

                var number = Interlocked.Increment(ref _accepted) - 1;
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                var pair = new Pair(number) { ReplyBytesLeft = number < CutAfterReplyBytes.Count ? CutAfterReplyBytes[number] : long.MaxValue };
                _ = PumpAsync(pair, client, server, RequestAsync);
                _ = PumpAsync(pair, server, client, ReplyAsync);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test has ended, or the server is gone.
        }
    }

    /// <returns>How many of the bytes go on; fewer than there are end the connection.</returns>
    private Task<int> RequestAsync(Pair pair, ReadOnlyMemory<byte> bytes)
    {
        bool Has(string? text) => text is not null && bytes.Span.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
        pair.IsHeld |= Has(HoldOn);
        return Task.FromResult(Has(CutOn) ? 0 : bytes.Length);
    }

    private async Task<int> ReplyAsync(Pair pair, ReadOnlyMemory<byte> bytes)
    {
        if (pair.IsHeld)
        {
            await _released.Task;
        }

        await Task.Delay(Pause, _stop.Token);
        var passed = (int)Math.Min(Math.Min(pair.ReplyBytesLeft, pair.Number == 0 ? FirstLeft : long.MaxValue), bytes.Length);
        pair.ReplyBytesLeft -= passed;
        FirstLeft -= pair.Number == 0 ? passed : 0;
        return passed;
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, Func<Pair, ReadOnlyMemory<byte>, Task<int>> pass)
    {
        var buffer = new byte[PieceBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _stop.Token) is var read && (read > 0 || Swallows(pair)))
            {
                if (Swallows(pair))
                {
                    if (read == 0)
                    {
                        // The other side must not learn of it.
                        return;
                    }

                    continue;
                }

                var passed = await pass(pair, buffer.AsMemory(0, read));
                for (var sent = 0; sent < passed;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, passed - sent), SocketFlags.None, _stop.Token);
                }

                if (passed < read)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Ended by the other direction, or by one of the two ends.
        }

        from.Dispose();
        to.Dispose();
    }

    private bool Swallows(Pair pair) => IsBlackHole && (pair.Number == 0 || !OnlyFirst);

    private sealed class Pair(int number)
    {
        public int Number { get; } = number;

        public long ReplyBytesLeft { get; set; }

        public bool IsHeld { get; set; }
    }
}
