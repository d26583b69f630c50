using System.Net.Security;
using System.Net.Sockets;
using Sluice.Redis.Security;

namespace Sluice.Redis.Connections;

/// <summary>The bytes of one connection, in plain text straight to and from the socket, or through TLS. One sender and one receiver at a time.</summary>
internal sealed class Wire : IDisposable
{
    /// <summary>Large blocks go out in parts, so that progress is seen while a slow server takes them.</summary>
    private const int SendChunk = 1 << 20;

    /// <summary>The same where each part is encrypted first.</summary>
    private const int SecureSendChunk = 128 << 10;

    private readonly Socket _socket;
    private readonly SslStream? _secure;
    private int _lowWater = 1;

    private Wire(Socket socket, SslStream? secure) => (_socket, _secure) = (socket, secure);

    public bool IsSecure => _secure is not null;

    /// <exception cref="RedisConnectionException">Nobody answers there, or not in time.</exception>
    /// <exception cref="RedisSecurityException">One of the two ends refuses an encrypted connection.</exception>
    public static async Task<Wire> OpenAsync(RedisOptions options, TimeProvider clock, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isConnected = false;
        try
        {
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            await socket.ConnectAsync(options.Host, options.Port, either.Token);
            isConnected = true;
            return new Wire(socket, options.Security is { } security ? await TlsHandshake.PerformAsync(socket, options, security, either.Token) : null);
        }
        catch (Exception e)
        {
            socket.Dispose();
            stop.ThrowIfCancellationRequested();
            if (e is not (SocketException or OperationCanceledException))
            {
                throw;
            }

            if (isConnected)
            {
                throw TlsHandshake.Unanswered(options, $"no answer to the TLS handshake within {options.ConnectTimeout.TotalMilliseconds} ms", e);
            }

            var why = e is SocketException { SocketErrorCode: not SocketError.OperationAborted } ? e.Message : $"no answer within {options.ConnectTimeout.TotalMilliseconds} ms";
            throw new RedisConnectionException(options.Endpoint, $"cannot connect: {why}", e);
        }
    }

    /// <returns>How many bytes were taken; one or more.</returns>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => _secure is null
        ? _socket.SendAsync(bytes[..Math.Min(SendChunk, bytes.Length)], SocketFlags.None)
        : EncryptAsync(_secure, bytes[..Math.Min(SecureSendChunk, bytes.Length)]);

    /// <returns>How many bytes came; 0 at the end.</returns>
    public ValueTask<int> ReceiveAsync(Memory<byte> bytes) => _secure is null ? _socket.ReceiveAsync(bytes, SocketFlags.None) : _secure.ReadAsync(bytes);

    /// <summary>Asks the kernel to wake the receiver only when so many bytes are there. Only where the socket's bytes are what is received.</summary>
    public void SetLowWater(int lowWater)
    {
        const int SolSocket = 1;
        const int SoRcvLowat = 18;
        if (lowWater != _lowWater && _secure is null)
        {
            _socket.SetRawSocketOption(SolSocket, SoRcvLowat, BitConverter.GetBytes(lowWater));
            _lowWater = lowWater;
        }
    }

    /// <summary>Ends it for both sides; whoever still sends or receives learns of it.</summary>
    public void Close() => _socket.Close();

    /// <summary>After <see cref="Close"/>, when nobody receives any more.</summary>
    public void Dispose()
    {
        _secure?.Dispose();
        _socket.Dispose();
    }

    private static async ValueTask<int> EncryptAsync(SslStream stream, ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes);
        return bytes.Length;
    }
}
