using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Engine.Errors;
using Sluice.Redis.Connections;

namespace Sluice.Cli.Demo;

/// <summary>A redis-server of our own, on a free port of this machine only, that stores nothing. It ends with us.</summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_startTime = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private PrivateRedis(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<PrivateRedis> StartAsync(string program, string folder, TimeProvider clock, CancellationToken stop)
    {
        // Somebody else may take the port between our looking and the server's binding.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var redis = new PrivateRedis(Start(program, folder, port), port);
            if (await redis.AnswersAsync(clock, stop))
            {
                return redis;
            }

            await redis.DisposeAsync();
            if (attempt == Attempts)
            {
                throw new EndpointException($"127.0.0.1:{port}", $"redis-server does not start; its log is {Path.Combine(folder, "redis.log")}");
            }
        }
    }

    public Task<RedisConnection> ConnectAsync(TimeProvider clock, CancellationToken stop) =>
        RedisConnection.ConnectAsync(new RedisOptions { Host = "127.0.0.1", Port = Port }, clock, stop);

    /// <summary>Ends the server at once: it has nothing to store.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string program, string folder, int port)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true };
        string[] arguments =
        [
            "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no",
            "--dir", folder, "--logfile", Path.Combine(folder, "redis.log"),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task<bool> AnswersAsync(TimeProvider clock, CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        while (!_process.HasExited && clock.GetElapsedTime(started) < s_startTime)
        {
            try
            {
                await using var connection = await ConnectAsync(clock, stop);
                // Whoever answers there must be ours.
                return await connection.CallAsync(stop, "INFO", "server") is string info
                    && info.Contains($"process_id:{_process.Id}\r", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), clock, stop);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
