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
    private readonly Task _accepting;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(Socket Server, byte[] Bytes)> _late = [];
    private (string Text, Func<Task> Action)? _when;
    private (string Text, TaskCompletionSource Seen)? _awaited;
    private int _accepted;
    private int _spoiled;

    public TcpProxy(int target)
    {
        Target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The port that new connections go to.</summary>
    public int Target { get; set; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many of <see cref="Faults"/> have happened.</summary>
    public int Spoiled => Volatile.Read(ref _spoiled);

    /// <summary>Connections in order are cut when more than that many bytes of replies come; those beyond the list live on.</summary>
    public IReadOnlyList<long> CutAfterReplyBytes { get; init; } = [];

    /// <summary>What becomes of connections in order; those beyond the list live on.</summary>
    public IReadOnlyList<NetworkFault> Faults { get; init; } = [];

    /// <summary>Replies go on in pieces of this many bytes, each after <see cref="Pause"/>; requests each after <see cref="RequestPause"/>.</summary>
    public int PieceBytes { get; init; } = 1 << 16;

    public TimeSpan Pause { get; set; }

    public TimeSpan RequestPause { get; init; }

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

    /// <summary>When a request holds that text for the first time, something happens before it goes on.</summary>
    public void When(string text, Func<Task> happens) => _when = (text, happens);

    /// <summary>Returns when a reply holds that text.</summary>
    public async Task AnsweredAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited = (text, seen);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>What was late arrives at the server now.</summary>
    public async Task DeliverAsync()
    {
        foreach (var (server, bytes) in _late)
        {
            try
            {
                await server.SendAsync(bytes, SocketFlags.None, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The server has ended that connection before.
            }
        }
    }

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
                if (!await ConnectAsync(server))
                {
                    client.Dispose();
                    continue;
                }

                var pair = new Pair(number)
                {
                    ReplyBytesLeft = number < CutAfterReplyBytes.Count ? CutAfterReplyBytes[number] : long.MaxValue,
                    Fault = number < Faults.Count ? Faults[number] : null,
                };
                _ = PumpAsync(pair, client, server, isRequest: true);
                _ = PumpAsync(pair, server, client, isRequest: false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task<bool> ConnectAsync(Socket server)
    {
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, Target, _stop.Token);
            return true;
        }
        catch (SocketException)
        {
            // The server is away for now.
            return false;
        }
    }

    /// <returns>How many of the bytes go on; fewer than there are end the connection.</returns>
    private async Task<int> RequestAsync(Pair pair, ReadOnlyMemory<byte> bytes)
    {
        bool Has(string? text) => text is not null && bytes.Span.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
        pair.IsHeld |= Has(HoldOn);
        if (_when is { } when && (pair.Requests ??= new StreamWatch(when.Text)).Found(bytes.Span))
        {
            _when = null;
            await when.Action();
        }

        if (RequestPause > TimeSpan.Zero)
        {
            await Task.Delay(RequestPause, _stop.Token);
        }

        return Has(CutOn) ? 0 : bytes.Length;
    }

    private async Task<int> ReplyAsync(Pair pair, ReadOnlyMemory<byte> bytes)
    {
        if (pair.IsHeld)
        {
            await _released.Task;
        }

        await Task.Delay(Pause, _stop.Token);
        if (_awaited is { } awaited && new StreamWatch(awaited.Text).Found(bytes.Span))
        {
            awaited.Seen.TrySetResult();
        }

        var passed = (int)Math.Min(Math.Min(pair.ReplyBytesLeft, pair.Number == 0 ? FirstLeft : long.MaxValue), bytes.Length);
        pair.ReplyBytesLeft -= passed;
        FirstLeft -= pair.Number == 0 ? passed : 0;
        return passed;
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, bool isRequest)
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

                var passed = isRequest ? await RequestAsync(pair, buffer.AsMemory(0, read)) : await ReplyAsync(pair, buffer.AsMemory(0, read));
                var due = pair.UntilFault(isRequest, passed);
                for (var sent = 0; sent < due;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, due - sent), SocketFlags.None, _stop.Token);
                }

                if (due < passed && Spoil(pair, isRequest ? from : to, isRequest ? to : from, isRequest ? buffer[due..passed] : []))
                {
                    continue;
                }

                if (due < read)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Ended by the other direction, or by one of the two ends.
        }

        if (!pair.IsSpoiled)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    /// <returns>Whether one of the ends, or both, do not learn of it.</returns>
    private bool Spoil(Pair pair, Socket client, Socket server, byte[] rest)
    {
        Interlocked.Increment(ref _spoiled);
        switch (pair.Fault!.Kind)
        {
            case NetworkFaultKind.Cut:
                return false;
            case NetworkFaultKind.ServerGone:
                pair.IsSpoiled = true;
                server.Dispose();
                return true;
            case NetworkFaultKind.Late:
                lock (_late)
                {
                    _late.Add((server, rest));
                }

                goto case NetworkFaultKind.ClientGone;
            case NetworkFaultKind.ClientGone:
                pair.IsSpoiled = true;
                client.Dispose();
                return true;
            default:
                return pair.IsSpoiled = true;
        }
    }

    private bool Swallows(Pair pair) => pair.IsSpoiled || (IsBlackHole && (pair.Number == 0 || !OnlyFirst));

    private sealed class Pair(int number)
    {
        private long _requests, _replies;

        public int Number { get; } = number;

        public long ReplyBytesLeft { get; set; }

        public bool IsHeld { get; set; }

        public NetworkFault? Fault { get; init; }

        /// <summary>Its fault has happened, and there is an end that does not know.</summary>
        public bool IsSpoiled { get; set; }

        public StreamWatch? Requests { get; set; }

        /// <summary>How many of these bytes pass before the fault.</summary>
        public int UntilFault(bool ofRequests, int bytes)
        {
            if (Fault is null || Fault.OfRequests != ofRequests)
            {
                return bytes;
            }

            ref var counted = ref ofRequests ? ref _requests : ref _replies;
            var passes = (int)Math.Clamp(Fault.AfterBytes - counted, 0, bytes);
            counted += passes;
            return passes;
        }
    }
}
