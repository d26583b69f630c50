using System.Net;
using System.Net.Sockets;
using Sluice.Redis.Protocol;

namespace Sluice.ServerTests.RedisClient;

/// <summary>Answers the first commands of each connection as it is told, and what comes after so many more with given bytes; then it
/// hangs up, or says no more.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public HostileServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>One for each command of a handshake.</summary>
    public byte[][] Honest { get; init; } = [];

    /// <summary>Commands to wait for after those.</summary>
    public int Commands { get; init; } = 1;

    public byte[] Hostile { get; set; } = [];

    /// <summary>Bytes that go out at once.</summary>
    public int Piece { get; set; } = int.MaxValue;

    public bool HangsUp { get; set; } = true;

    /// <summary>Says the same again and again, until the client hangs up.</summary>
    public bool IsEndless { get; init; }

    public int Accepted { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Accepted++;
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var owned = client;
        client.NoDelay = true;
        try
        {
            var (buffer, filled, heard) = (new byte[64 << 10], 0, 0);
            while (await client.ReceiveAsync(buffer.AsMemory(filled), _stop.Token) is var received and > 0)
            {
                filled += received;
                for (var commands = Heard(buffer, ref filled); commands > 0; commands--)
                {
                    if (heard < Honest.Length)
                    {
                        await client.SendAsync(Honest[heard], _stop.Token);
                    }
                    else if (heard == Honest.Length + Commands - 1)
                    {
                        await SayAsync(client);
                    }

                    heard++;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client has hung up, or the test is over.
        }
    }

    private static int Heard(byte[] buffer, ref int filled)
    {
        var (commands, end) = (0, 0);
        while (RespReader.TryRead(buffer.AsSpan(end, filled - end), out _, out var consumed))
        {
            commands++;
            end += consumed;
        }

        filled -= end;
        buffer.AsSpan(end, filled).CopyTo(buffer);
        return commands;
    }

    private async Task SayAsync(Socket client)
    {
        while (IsEndless)
        {
            await client.SendAsync(Hostile, _stop.Token);
            await Task.Delay(1, _stop.Token);
        }

        for (var at = 0; at < Hostile.Length;)
        {
            var length = Math.Min(Piece, Hostile.Length - at);
            await client.SendAsync(Hostile.AsMemory(at, length), _stop.Token);
            at += length;
        }

        if (HangsUp)
        {
            client.Shutdown(SocketShutdown.Send);
        }
    }
}
