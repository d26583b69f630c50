using System.Text;

namespace Sluice.ServerTests.Servers;

/// <summary>A real master and its replica, watched by real sentinels, each of which may decide alone that the master is down.</summary>
internal sealed class SentinelGroup : IAsyncDisposable
{
    public const string Name = "orders";

    private readonly List<ServerProcess> _sentinels = [];
    private readonly List<string> _folders = [];

    private SentinelGroup(RedisServer master, RedisServer replica) => (Master, Replica) = (master, replica);

    /// <summary>Who is the master when the group starts.</summary>
    public RedisServer Master { get; }

    public RedisServer Replica { get; }

    public List<int> Ports { get; } = [];

    public string HostAndPorts => string.Join(',', Ports.Select(p => $"127.0.0.1:{p}"));

    public static async Task<SentinelGroup> StartAsync(int sentinels = 1, IReadOnlyList<string>? server = null, IReadOnlyList<string>? sentinelLines = null, int? masterPort = null)
    {
        var master = await RedisServer.StartNewAsync([.. server ?? [], "--repl-diskless-sync-delay", "0"]);
        var replica = await RedisServer.StartNewAsync([.. server ?? [], "--replicaof", "127.0.0.1", $"{master.Port}", "--repl-diskless-sync-delay", "0"]);
        var group = new SentinelGroup(master, replica);
        while (!((string)replica.Command("INFO", "replication")!).Contains("master_link_status:up", StringComparison.Ordinal))
        {
            await Task.Delay(50);
        }

        for (var i = 0; i < sentinels; i++)
        {
            await group.AddSentinelAsync(masterPort ?? master.Port, sentinelLines ?? []);
        }

        return group;
    }

    /// <summary>Waits until the sentinel has found the replica, which it can promote then.</summary>
    public async Task KnowsReplicaAsync(int sentinel = 0)
    {
        while (((object?[])Ask(sentinel, "SENTINEL", "REPLICAS", Name)!).Length == 0)
        {
            await Task.Delay(50);
        }
    }

    public object? Ask(int sentinel, params string[] words)
    {
        using var connection = new RespConnection("127.0.0.1", Ports[sentinel]);
        return connection.Command([.. words.Select(Encoding.UTF8.GetBytes)]);
    }

    public Task KillSentinelAsync(int sentinel) => _sentinels[sentinel].SignalAsync(PosixSignalNumber.Kill);

    /// <summary>Everything that the master has taken by now is at the replica when this returns.</summary>
    public void AwaitReplication()
    {
        using var connection = Master.Connect();
        connection.Command(["SET"u8.ToArray(), "mark"u8.ToArray(), "1"u8.ToArray()]);
        connection.Command(["WAIT"u8.ToArray(), "1"u8.ToArray(), "0"u8.ToArray()]);
    }

    /// <summary>A failover as far as a client sees it at first: the replica is promoted, the sentinels name it, and the old master takes
    /// writes as before. Here it does so for ever.</summary>
    public void SwitchAndLeaveTheOldMasterUp()
    {
        Replica.Command("REPLICAOF", "NO", "ONE");
        for (var i = 0; i < Ports.Count; i++)
        {
            Ask(i, "SENTINEL", "REMOVE", Name);
            Ask(i, "SENTINEL", "MONITOR", Name, "127.0.0.1", $"{Replica.Port}", "1");
        }
    }

    /// <summary>Likewise, and returns when everybody who was connected to the old master has left it.</summary>
    public async Task SwitchAndAwaitLeavingAsync()
    {
        var before = ClientsOfMaster();
        SwitchAndLeaveTheOldMasterUp();
        await RedisCluster.UntilAsync(() => !ClientsOfMaster().Overlaps(before));
    }

    private HashSet<string> ClientsOfMaster()
    {
        var own = $"id={Master.Command("CLIENT", "ID")}";
        var ids = ((string)Master.Command("CLIENT", "LIST", "TYPE", "normal")!).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);
        return [.. ids.Where(id => id != own)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sentinel in _sentinels)
        {
            await sentinel.SignalAsync(PosixSignalNumber.Kill);
            sentinel.Dispose();
        }

        foreach (var folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }

        await Replica.DisposeAsync();
        await Master.DisposeAsync();
    }

    private async Task AddSentinelAsync(int masterPort, IReadOnlyList<string> lines)
    {
        var (folder, port) = (ServerProcess.NewFolder("sentinel"), ServerProcess.FreePort());
        var config = Path.Combine(folder, "sentinel.conf");
        await File.WriteAllLinesAsync(config,
        [
            .. lines.Any(l => l.StartsWith("tls-port", StringComparison.Ordinal)) ? [] : (string[])[$"port {port}"],
            "bind 127.0.0.1", $"dir {folder}", $"sentinel monitor {Name} 127.0.0.1 {masterPort} 1",
            $"sentinel down-after-milliseconds {Name} 1000", $"sentinel failover-timeout {Name} 5000",
            .. lines.Select(l => l.Replace("PORT", $"{port}", StringComparison.Ordinal)),
        ]);
        var process = ServerProcess.Start("redis-server", "redis-server", folder, config, "--sentinel");
        _sentinels.Add(process);
        _folders.Add(folder);
        Ports.Add(port);
        await process.WaitAsync(async () =>
        {
            using var probe = new System.Net.Sockets.TcpClient();
            await probe.ConnectAsync("127.0.0.1", port);
            return true;
        });
    }
}
