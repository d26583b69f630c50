using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>Stands before the broker of the tests and does what that cannot: it knows which offset belongs to a time, and speaks
/// TLS. Everything else passes as it is, apart from the broker's port, which becomes this one's.</summary>
internal sealed class KafkaProxy : IAsyncDisposable
{
    private const short ListOffsets = 2;
    private const short Metadata = 3;
    private const short FindCoordinator = 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Func<string, int, long, long> _offsetOf;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    /// <param name="offsetOf">Topic, partition and milliseconds to the first offset that is not older; -1 where all are.</param>
    /// <param name="certificate">With its key: connections are encrypted.</param>
    public KafkaProxy(string broker, Func<string, int, long, long>? offsetOf = null, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _target = int.Parse(broker.Split(':')[1]);
        _offsetOf = offsetOf ?? ((_, _, _) => -1);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await using var stream = await OpenAsync(client);
                var asked = new ConcurrentDictionary<int, byte[]>();
                using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Task[] both =
                [
                    PumpAsync(stream, broker.GetStream(), frame => asked[BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4))] = frame, over.Token),
                    PumpAsync(broker.GetStream(), stream, frame => Answer(frame, asked), over.Token),
                ];
                await Task.WhenAny(both);
                await over.CancelAsync();
                await Task.WhenAll(both);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
            {
                // One side has closed.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return stream;
    }

    private static async Task PumpAsync(Stream from, Stream to, Action<byte[]> look, CancellationToken stop)
    {
        var size = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(size, stop);
            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            await from.ReadExactlyAsync(frame, stop);
            look(frame);
            await to.WriteAsync((byte[])[.. size, .. frame], stop);
        }
    }

    private void Answer(byte[] response, ConcurrentDictionary<int, byte[]> asked)
    {
        asked.TryRemove(BinaryPrimitives.ReadInt32BigEndian(response), out var request);
        switch (BinaryPrimitives.ReadInt16BigEndian(request))
        {
            case Metadata or FindCoordinator:
                byte[] address = [.. "127.0.0.1"u8, 0, 0, (byte)(_target >> 8), (byte)_target];
                for (var at = response.AsSpan().IndexOf(address); at >= 0; at = response.AsSpan().IndexOf(address))
                {
                    BinaryPrimitives.WriteInt32BigEndian(response.AsSpan(at + 9), ((IPEndPoint)_listener.LocalEndpoint).Port);
                }

                break;
            case ListOffsets:
                WriteOffsets(request!, response);
                break;
        }
    }

    /// <summary>Both have the same topics and partitions, in the same order: [topic, [partition, time]] and
    /// [topic, [partition, error, time, offset]]. Version 2 has an isolation level before the first, a pause before the second.</summary>
    private void WriteOffsets(byte[] request, byte[] response)
    {
        var version = BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2));
        Assert.InRange(version, 1, 2);
        var (asked, answered) = (8, version == 2 ? 8 : 4);
        TakeText(request, ref asked);
        TakeInt(request, ref asked);
        asked += version == 2 ? 1 : 0;
        TakeInt(response, ref answered);
        for (var topics = TakeInt(request, ref asked); topics > 0; topics--)
        {
            var topic = TakeText(request, ref asked);
            TakeText(response, ref answered);
            TakeInt(response, ref answered);
            for (var partitions = TakeInt(request, ref asked); partitions > 0; partitions--)
            {
                var partition = TakeInt(request, ref asked);
                var time = BinaryPrimitives.ReadInt64BigEndian(request.AsSpan(asked));
                asked += 8;
                if (time >= 0)
                {
                    BinaryPrimitives.WriteInt64BigEndian(response.AsSpan(answered + 4 + 2 + 8), _offsetOf(topic, partition, time));
                }

                answered += 4 + 2 + 8 + 8;
            }
        }
    }

    private static int TakeInt(byte[] bytes, ref int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan((at += 4) - 4));

    private static string TakeText(byte[] bytes, ref int at)
    {
        var length = Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at)));
        at += 2 + length;
        return Encoding.UTF8.GetString(bytes, at - length, length);
    }
}
