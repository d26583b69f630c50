using System.Diagnostics;

namespace Sluice.ServerTests.Servers;

/// <summary>A Kafka broker in a process of its own: librdkafka's mock cluster, with the real protocol on 127.0.0.1. It ends with
/// its standard input, so also when the test process dies.</summary>
public sealed class KafkaBroker : IAsyncLifetime
{
    private readonly SemaphoreSlim _turn = new(1);
    private Process? _process;

    /// <summary>host:port.</summary>
    public string Address { get; private set; } = "";

    public static async Task<KafkaBroker> StartNewAsync()
    {
        var broker = new KafkaBroker();
        await broker.InitializeAsync();
        return broker;
    }

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sluice.TestBroker.dll")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Address = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the Kafka broker did not start; is librdkafka1 installed?");
    }

    public Task CreateAsync(string topic, int partitions = 1) => CommandAsync($"create {topic} {partitions}");

    /// <summary>Closes all connections and takes no new ones; what it holds stays.</summary>
    public Task GoDownAsync() => CommandAsync("down");

    /// <summary>Takes connections again, on the same port.</summary>
    public Task ComeBackAsync() => CommandAsync("up");

    /// <summary>The next requests of a kind (0 Produce, 1 Fetch, 8 OffsetCommit, ...) fail with these errors.</summary>
    public Task FailAsync(int api, params int[] errors) => CommandAsync($"errors {api} {string.Join(' ', errors)}");

    /// <summary>This broker makes topics that are asked for; one that it is told about in this way it answers for as a real one
    /// does for what does not exist.</summary>
    public Task DenyAsync(string topic) => CommandAsync($"topic-error {topic} 3");

    /// <summary>Produces messages of one partition with kcat: <c>value</c>, or <c>key:value</c> where <paramref name="keys"/>; an empty value of a key is a tombstone.</summary>
    public async Task ProduceAsync(string topic, int partition, IEnumerable<string> messages, bool keys = false, params string[] more) =>
        await KcatAsync(["-P", "-t", topic, "-p", $"{partition}", .. keys ? ["-K:", "-Z"] : Array.Empty<string>(), .. more], string.Concat(messages.Select(m => m + "\n")));

    /// <summary>Produces one message with these bytes.</summary>
    public async Task ProduceAsync(string topic, byte[] message)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, message);
            await KcatAsync(["-P", "-t", topic, "-p", "0", "-X", "message.max.bytes=30000000", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Everything in a topic, each message in kcat's format, partition by partition.</summary>
    public async Task<string[]> ConsumeAsync(string topic, string format = "%s") =>
        (await KcatAsync(["-C", "-t", topic, "-e", "-q", "-f", format + "\n"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Numbered texts: <c>prefix0</c>, <c>prefix1</c>, ...</summary>
    public static IEnumerable<string> Numbered(string prefix, int count, int from = 0) => Enumerable.Range(from, count).Select(i => $"{prefix}{i}");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        _turn.Dispose();
    }

    private Task<string> KcatAsync(string[] arguments, string? input = null) => ServerProcess.RunAsync("kcat", "kcat", ["-b", Address, .. arguments], input);

    private async Task CommandAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process!.StandardInput.WriteLineAsync(command);
            var answer = await _process.StandardOutput.ReadLineAsync();
            Assert.Equal("ok", answer);
        }
        finally
        {
            _turn.Release();
        }
    }
}
