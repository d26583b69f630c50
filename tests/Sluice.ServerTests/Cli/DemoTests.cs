using System.Diagnostics;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>The tour: it shows what it promises and leaves nothing behind.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("demo-test");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_moves_its_customers_and_shows_some()
    {
        var run = await SluiceProcess.RunAsync(_folder, "demo");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("1,000 rows read, 1,000 written", run.Out, StringComparison.Ordinal);
        Assert.Contains("customer17@shop.example", run.Out, StringComparison.Ordinal);
        Assert.Contains("{\"id\":17,", run.Out, StringComparison.Ordinal);
        Assert.Contains("6,000 orders read once", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"ZRANGE top-orders[^\n]*\n     customer \d+ +\d{3}", run.Out);
        Assert.Matches(@"lookup customers: [\d,]+ hits, [\d,]+ misses, [\d,]+ loads, [\d.]+ % hit", run.Out);
        Assert.Matches(@"HGETALL last-order:17\n     name [^\n]+, city [^\n]+, item item-\d+, quantity \d, amount ", run.Out);
        Assert.Contains("Try next:", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task Stopped_it_takes_its_server_along(string signal, int code)
    {
        // Its temporary files stand in a folder of ours, so that its server can be told from others.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "demo", "--keep"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["TMPDIR"] = _folder;
        using var demo = Process.Start(start)!;
        string? port = null;
        while (await demo.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("until Ctrl-C", StringComparison.Ordinal))
        {
            port ??= line.Contains("127.0.0.1:", StringComparison.Ordinal) ? line.Split("127.0.0.1:")[1].Split(' ')[0] : null;
        }

        using var kill = Process.Start("kill", [$"-{signal}", $"{demo.Id}"]);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(code, demo.ExitCode);
        Assert.NotNull(port);
        Assert.Throws<System.Net.Sockets.SocketException>(() => new System.Net.Sockets.TcpClient("127.0.0.1", int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(Directory.GetDirectories(_folder), d => Path.GetFileName(d).StartsWith("sluice-demo-", StringComparison.Ordinal));
    }
}
