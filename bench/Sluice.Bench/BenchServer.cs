using System.Diagnostics;
using System.Globalization;
using Sluice.Redis.Connections;

namespace Sluice.Bench;

/// <summary>The Redis of a benchmark, and redis-benchmark against it.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly RedisConnection _connection;

    private BenchServer(int port, RedisConnection connection) => (Port, _connection) = (port, connection);

    public int Port { get; }

    public static async Task<BenchServer> ConnectAsync(int port) => new(port,
        await RedisConnection.ConnectAsync(new RedisOptions { Host = "127.0.0.1", Port = port }, TimeProvider.System, CancellationToken.None));

    /// <summary>Seconds of processor time that the server has taken so far.</summary>
    public async Task<double> CpuAsync()
    {
        var info = (string)(await _connection.CallAsync(CancellationToken.None, "INFO", "cpu"))!;
        return Number(info, "used_cpu_sys:") + Number(info, "used_cpu_user:");
    }

    /// <summary>Requests per second as redis-benchmark counts them itself: one connection, a thousand at a time, keys among a million.</summary>
    /// <param name="command">Its last arguments: <c>-t get</c>, or a command.</param>
    public async Task<double> BenchmarkAsync(int requests, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("redis-benchmark",
            string.Create(CultureInfo.InvariantCulture, $"-p {Port} -P 1000 -c 1 -r 1000000 -n {requests} --csv {command}"))
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return double.Parse(line.Split("\",\"")[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Seconds of processor time that programs took which this one has started and which have ended.</summary>
    public static double ChildrenCpu()
    {
        // The 16th and 17th field, in hundredths; the second one may have spaces and ends with a bracket.
        var fields = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
    }

    /// <summary>How many wait for the processors, on average of a minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static double Number(string info, string name)
    {
        var start = info.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return double.Parse(info.AsSpan(start, info.IndexOf('\r', start) - start), CultureInfo.InvariantCulture);
    }
}
