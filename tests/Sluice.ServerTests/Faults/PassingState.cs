using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>A state in which a server refuses for a while (S-24), of a server that is really in it.</summary>
internal sealed class PassingState : IAsyncDisposable
{
    private readonly string _name;
    private Task? _script;

    private PassingState(string name, RedisServer redis) => (_name, Redis) = (name, redis);

    public static string[] Names { get; } = ["OOM", "READONLY", "MASTERDOWN", "MISCONF", "NOREPLICAS", "BUSY", "LOADING", "max number of clients"];

    /// <summary>Reading is possible all the same.</summary>
    public static string[] OnlyForWriters { get; } = ["OOM", "READONLY", "MISCONF", "NOREPLICAS"];

    public RedisServer Redis { get; }

    /// <summary>How an answer of the server in this state begins.</summary>
    public string Answer => _name.StartsWith("max", StringComparison.Ordinal) ? "-ERR " + _name : "-" + _name;

    public static async Task<PassingState> StartAsync(string name)
    {
        // Where the snapshot should go stands a folder: every BGSAVE fails.
        string[] arguments = name switch
        {
            "MISCONF" => ["--save", "3600 1000000", "--dbfilename", "blocked"],
            "BUSY" => ["--busy-reply-threshold", "20"],
            "LOADING" => ["--loading-process-events-interval-bytes", "1024", "--rdbcompression", "no"],
            _ => [],
        };
        var state = new PassingState(name, new RedisServer(arguments));
        await state.Redis.StartAsync();
        if (name == "MISCONF")
        {
            Directory.CreateDirectory(Path.Combine(state.Redis.Folder, "blocked", "full"));
        }

        return state;
    }

    public async Task ImposeAsync()
    {
        switch (_name)
        {
            case "OOM":
                Redis.Command("CONFIG", "SET", "maxmemory", "1");
                break;
            case "READONLY":
                Redis.Command("REPLICAOF", "127.0.0.1", "1");
                break;
            case "MASTERDOWN":
                Redis.Command("CONFIG", "SET", "replica-serve-stale-data", "no", "replica-read-only", "no");
                Redis.Command("REPLICAOF", "127.0.0.1", "1");
                break;
            case "NOREPLICAS":
                Redis.Command("CONFIG", "SET", "min-replicas-to-write", "1");
                break;
            case "MISCONF":
                Redis.Command("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
                Redis.Command("BGSAVE");
                await UntilAsync(() => !((string)Redis.Command("INFO", "persistence")!).Contains("rdb_last_bgsave_status:ok", StringComparison.Ordinal));
                break;
            case "BUSY":
                _script = Task.Run(RunScript);
                await UntilAsync(IsBusy);
                break;
            case "LOADING":
                await LoadAsync();
                break;
            default:
                // This test's own connection is the one that is left.
                Redis.Command("CONFIG", "SET", "maxclients", "1");
                Redis.Command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                break;
        }
    }

    public async Task LiftAsync()
    {
        switch (_name)
        {
            case "OOM":
                Redis.Command("CONFIG", "SET", "maxmemory", "0");
                break;
            case "READONLY":
            case "MASTERDOWN":
                Redis.Command("REPLICAOF", "NO", "ONE");
                break;
            case "NOREPLICAS":
                Redis.Command("CONFIG", "SET", "min-replicas-to-write", "0");
                break;
            case "MISCONF":
                Redis.Command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
                break;
            case "BUSY":
                await KillScriptAsync();
                break;
            case "LOADING":
                Redis.Command("CONFIG", "SET", "key-load-delay", "0");
                await UntilAsync(() => ((string)Redis.Command("INFO", "persistence")!).Contains("loading:0", StringComparison.Ordinal));
                break;
            default:
                Redis.Command("CONFIG", "SET", "maxclients", "100");
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        if (_script is { } script)
        {
            await script;
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 6000, "waited for a minute");
            await Task.Delay(10);
        }
    }

    private void RunScript()
    {
        using var other = Redis.Connect();
        try
        {
            other.Command(["EVAL"u8.ToArray(), "while true do end"u8.ToArray(), "0"u8.ToArray()]);
        }
        catch (Exception e) when (e is RedisReplyException or IOException)
        {
            // It was killed, or the server was.
        }
    }

    private bool IsBusy()
    {
        try
        {
            Redis.Command("PING");
            return false;
        }
        catch (RedisReplyException)
        {
            return true;
        }
    }

    private async Task KillScriptAsync()
    {
        while (!_script!.IsCompleted)
        {
            try
            {
                Redis.Command("SCRIPT", "KILL");
            }
            catch (RedisReplyException e) when (e.Message.StartsWith("NOTBUSY", StringComparison.Ordinal))
            {
                // No longer.
            }

            await Task.Delay(10);
        }
    }

    /// <summary>The server goes with all that it has acknowledged, and is started again with a load that takes long.</summary>
    private async Task LoadAsync()
    {
        var value = new string('x', 1100);
        Redis.Command(["MSET", .. Enumerable.Range(0, 400).SelectMany(i => (string[])[$"old{i}", value])]);
        using (var last = Redis.Connect())
        {
            Assert.ThrowsAny<IOException>(() => last.Command(["SHUTDOWN"u8.ToArray(), "SAVE"u8.ToArray()]));
        }

        await Redis.KillAsync();
        Redis.MoreArguments = ["--key-load-delay", "10000"];
        Redis.WaitsForData = false;
        await Redis.StartAsync();
    }
}
