using System.Net.Sockets;
using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>A real <c>redis-server</c> on a free port of 127.0.0.1, without persistence.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly string _folder = ServerProcess.NewFolder("redis");
    private readonly string[] _arguments;
    private ServerProcess? _process;
    private RespConnection? _connection;

    public RedisServer() : this([])
    {
    }

    /// <param name="arguments">More arguments of redis-server: <c>--requirepass</c>, <c>x</c>. They come last and win.</param>
    internal RedisServer(params string[] arguments) => _arguments = arguments;

    public string Host { get; } = "127.0.0.1";

    public int Port { get; private set; } = ServerProcess.FreePort();

    /// <summary>The working folder of the server, removed with it.</summary>
    public string Folder => _folder;

    /// <summary>Arguments of the next start, after all others.</summary>
    internal string[] MoreArguments { get; set; } = [];

    /// <summary>Whether a start waits until the data is loaded.</summary>
    internal bool WaitsForData { get; set; } = true;

    public int Pid => _process?.Pid ?? 0;

    /// <summary>Logs in where the server asks for it, before the first command.</summary>
    public string? Password { get; init; }

    public static async Task<RedisServer> StartNewAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        await server.StartAsync();
        return server;
    }

    async ValueTask IAsyncLifetime.InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        _process = ServerProcess.Start("redis-server", "redis-server", _folder,
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "no", "--daemonize", "no", .. _arguments, .. MoreArguments]);
        await _process.WaitAsync(async () =>
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(Host, Port);
            await probe.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[64];
            var read = await probe.GetStream().ReadAsync(answer);

            // Any answer but "I am still loading" means that the server is there; it may ask for a password.
            return read > 0 && (!WaitsForData || !Encoding.ASCII.GetString(answer, 0, read).StartsWith("-LOADING", StringComparison.Ordinal));
        });
    }

    /// <summary>SIGKILL: everything in its memory is lost.</summary>
    public async Task KillAsync() => await EndAsync(PosixSignalNumber.Kill);

    public async Task StopAsync() => await EndAsync(PosixSignalNumber.Terminate);

    /// <summary>Kills the server if it still runs, and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>SIGSTOP: connections stay open, nobody answers.</summary>
    public async Task PauseAsync() => await _process!.SignalAsync(PosixSignalNumber.Stop);

    public async Task ContinueAsync() => await _process!.SignalAsync(PosixSignalNumber.Continue);

    /// <summary>Sends one command and returns its reply: string, long, null, or object?[] of these. An error reply is thrown
    /// as <see cref="RedisReplyException"/>.</summary>
    public object? Command(params string[] words) => Decode(CommandBytes([.. words.Select(Encoding.UTF8.GetBytes)]));

    /// <summary>The same for arbitrary bytes; bulk strings come back as byte[].</summary>
    public object? CommandBytes(params byte[][] words)
    {
        lock (_folder)
        {
            try
            {
                return (_connection ??= Connect()).Command(words);
            }
            catch (IOException)
            {
                // The server was restarted since the last command.
                _connection?.Dispose();
                return (_connection = Connect()).Command(words);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>A connection of the test's own.</summary>
    internal RespConnection Connect()
    {
        var connection = new RespConnection(Host, Port);
        if (Password is not null)
        {
            connection.Command([Encoding.UTF8.GetBytes("AUTH"), Encoding.UTF8.GetBytes(Password)]);
        }

        return connection;
    }

    private async Task EndAsync(PosixSignalNumber signal)
    {
        _connection?.Dispose();
        _connection = null;
        if (_process is not null)
        {
            await _process.SignalAsync(signal);
            _process.Dispose();
            _process = null;
        }
    }

    private static object? Decode(object? reply) => reply switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        object?[] items => items.Select(Decode).ToArray(),
        _ => reply,
    };
}

/// <summary>The server answered with an error.</summary>
public sealed class RedisReplyException(string message) : Exception(message);

/// <summary>Just enough RESP2 for a test to look at what a job has written.</summary>
internal sealed class RespConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    public RespConnection(string host, int port)
    {
        _client = new TcpClient(host, port) { NoDelay = true, ReceiveTimeout = 30_000 };
        _stream = new BufferedStream(_client.GetStream(), 1 << 16);
    }

    public object? Command(byte[][] words)
    {
        _stream.Write(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
        foreach (var word in words)
        {
            _stream.Write(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
            _stream.Write(word);
            _stream.Write("\r\n"u8);
        }

        _stream.Flush();
        return Read();
    }

    public void Dispose() => _client.Dispose();

    private object? Read()
    {
        var line = ReadLine();
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case ':':
                return long.Parse(rest);
            case '-':
                throw new RedisReplyException(rest);
            case '$' when rest == "-1":
            case '*' when rest == "-1":
                return null;
            case '$':
                var bytes = new byte[int.Parse(rest)];
                _stream.ReadExactly(bytes);
                _stream.ReadExactly(new byte[2]);
                return bytes;
            case '*':
                var items = new object?[int.Parse(rest)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Read();
                }

                return items;
            default:
                throw new InvalidOperationException("not a RESP2 reply: " + line);
        }
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        int next;
        while ((next = _stream.ReadByte()) != '\r')
        {
            line.Append(next < 0 ? throw new EndOfStreamException("the server closed the connection") : (char)next);
        }

        _ = _stream.ReadByte();
        return line.ToString();
    }
}
