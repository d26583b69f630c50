using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>Jobs whose server refuses for a while, is killed, hangs, or is slow (S-8, S-9, S-19, S-24, S-33, S-36).</summary>
public sealed class FaultTests : IDisposable
{
    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    private static string At(RedisServer redis) => At(redis.Port);

    private static string At(int port) => $"'host':'127.0.0.1','port':{port},'keyIndexes':0,";

    /// <summary>Rows of a key and a number; when the row of that number is asked for, something happens to the server first.</summary>
    private static IEnumerable<object?[]> Rows(int count, int at = -1, Func<Task>? happens = null, int keys = int.MaxValue)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == at)
            {
                Task.Run(happens!).GetAwaiter().GetResult();
            }

            yield return [$"k{i % keys}", $"{i}"];
        }
    }

    private static void AssertBalance(JobSummary summary)
    {
        Assert.DoesNotContain("internal error", summary.Error ?? "", StringComparison.Ordinal);
        Assert.Equal(summary.RowsRead, summary.RowsWritten + summary.RowsSkipped + summary.RowsDirty + summary.RowsUnknown);
    }

    private static void AssertDone(JobSummary summary, long rows)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, rows, rows, 0L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
    }

    private static string[] Elements(RedisServer redis, string key) => [.. ((object?[])redis.Command("LRANGE", key, "0", "-1")!).Cast<string>()];

    [Fact]
    public async Task A_refusal_that_passed_while_rows_were_waited_for_is_tried_again_though_the_timeout_has_gone_by()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("CONFIG", "SET", "maxmemory", "1");
        // Two rows a second: the first flush is refused at once, and nobody looks at its reply for longer than the timeout.
        var job = _job.RunAsync(At(redis) + "'timeout':400,'batchSize':2", "k,v", Rows(4), "'speed':{'record':2}");
        await Task.Delay(500);
        redis.Command("CONFIG", "SET", "maxmemory", "0");
        var summary = await job;
        AssertDone(summary, 4);
        Assert.Equal("3", redis.Command("GET", "k3"));
    }

    [Fact]
    public async Task A_server_killed_in_mid_write_and_started_again_loses_nothing()
    {
        await using var redis = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        Task? restarting = null;
        var rows = Rows(30_000, at: 15_000, async () =>
        {
            await redis.KillAsync();
            restarting = Task.Run(redis.StartAsync);
        });
        var summary = await _job.RunAsync(At(redis) + "'timeout':20000", "k,v", rows);
        await restarting!;
        AssertDone(summary, 30_000);
        Assert.True(summary.Retries > 0);
        Assert.True(summary.Metrics["reconnects"] >= 1);
        Assert.Equal(30_000L, redis.Command("DBSIZE"));
        Assert.Equal("29999", redis.Command("GET", "k29999"));
        Assert.Equal("14999", redis.Command("GET", "k14999"));
    }

    [Fact]
    public async Task List_elements_survive_a_killed_server_each_in_order_and_twice_only_as_far_as_it_is_said()
    {
        await using var redis = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        Task? restarting = null;
        var rows = Rows(20_000, at: 10_000, async () =>
        {
            await redis.KillAsync();
            restarting = Task.Run(redis.StartAsync);
        }, keys: 10);
        var summary = await _job.RunAsync(At(redis) + "'timeout':20000,'batchSize':500,'writeMode':{'type':'list'}", "k,v", rows);
        await restarting!;
        AssertDone(summary, 20_000);
        var extra = 0;
        for (var key = 0; key < 10; key++)
        {
            var elements = Elements(redis, $"k{key}");
            Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{(i * 10) + key}"), elements.Distinct());
            extra += elements.Length - 2000;
        }

        var said = summary.Metrics.GetValueOrDefault("possiblyRepeatedElements");
        Assert.InRange(extra, 0, said);
        Assert.Equal(said > 0, _job.Warnings.Exists(w => w.Contains("may stand twice", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("string")]
    [InlineData("list")]
    public async Task A_server_killed_for_good_fails_the_job_within_the_timeout_and_the_books_are_true(string type)
    {
        await using var redis = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        var summary = await _job.RunAsync(At(redis) + $"'timeout':1500,'writeMode':{{'type':'{type}'}}", "k,v", Rows(1_000_000, at: 20_000, redis.KillAsync));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains($"127.0.0.1:{redis.Port}", summary.Error, StringComparison.Ordinal);
        Assert.Contains("within 1500 ms (timeout)", summary.Error, StringComparison.Ordinal);
        Assert.Contains("refused", summary.Error, StringComparison.OrdinalIgnoreCase);
        AssertBalance(summary);

        // What is counted as written is there, and nothing that was never sent.
        await redis.StartAsync();
        Assert.InRange((long)redis.Command("DBSIZE")!, summary.RowsWritten, summary.RowsRead);
    }

    public static TheoryData<string, string[], string[]> PassingConditions => new()
    {
        { "OOM", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"] },
        { "READONLY", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"] },
        { "NOREPLICAS", ["CONFIG", "SET", "min-replicas-to-write", "1"], ["CONFIG", "SET", "min-replicas-to-write", "0"] },
        { "MISCONF", ["BGSAVE"], ["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"] },
    };

    private static async Task<RedisServer> StartFragileAsync()
    {
        // Where the snapshot should go stands a folder: every BGSAVE fails.
        var redis = new RedisServer("--save", "3600 1000000", "--dbfilename", "blocked");
        await redis.StartAsync();
        Directory.CreateDirectory(Path.Combine(redis.Folder, "blocked", "full"));
        return redis;
    }

    private static async Task ImposeAsync(RedisServer redis, string[] on)
    {
        redis.Command(on);
        while (on[0] == "BGSAVE" && ((string)redis.Command("INFO", "persistence")!).Contains("rdb_last_bgsave_status:ok", StringComparison.Ordinal))
        {
            await Task.Delay(20);
        }
    }

    [Theory]
    [MemberData(nameof(PassingConditions))]
    public async Task A_condition_that_passes_in_time_is_waited_for(string name, string[] on, string[] off)
    {
        await using var redis = await StartFragileAsync();
        Task? lifting = null;
        var rows = Rows(20_000, at: 5000, async () =>
        {
            await ImposeAsync(redis, on);
            lifting = Task.Run(async () =>
            {
                await Task.Delay(400);
                redis.Command(off);
            });
        }, keys: 1000);
        var summary = await _job.RunAsync(At(redis) + "'timeout':20000", "k,v", rows);
        await lifting!;
        AssertDone(summary, 20_000);
        Assert.True(summary.Retries > 0, name);
        Assert.Equal(0, summary.Metrics["reconnects"]);
        for (var key = 0; key < 1000; key++)
        {
            Assert.Equal($"{19_000 + key}", redis.Command("GET", $"k{key}"));
        }
    }

    [Theory]
    [MemberData(nameof(PassingConditions))]
    public async Task A_condition_that_does_not_pass_fails_the_job_after_the_timeout_in_the_servers_words(string name, string[] on, string[] off)
    {
        await using var redis = await StartFragileAsync();
        await ImposeAsync(redis, on);
        var summary = await _job.RunAsync(At(redis) + "'timeout':600,'writeMode':{'type':'hash'}", "k,f,v", Rows(5000).Select(r => (object?[])[r[0], "f", r[1]]));
        Assert.Equal((JobStatus.Failed, 0), (summary.Status, summary.RowsWritten));
        Assert.Contains($"127.0.0.1:{redis.Port}: ", summary.Error, StringComparison.Ordinal);
        Assert.Contains("within 600 ms (timeout); the last answer: " + name, summary.Error, StringComparison.Ordinal);
        AssertBalance(summary);
        Assert.True(summary.Retries > 0);
        Assert.Equal(0L, redis.Command("DBSIZE"));
        redis.Command(off);
    }

    [Fact]
    public async Task A_script_that_keeps_the_server_busy_is_waited_for()
    {
        await using var redis = await RedisServer.StartNewAsync("--busy-reply-threshold", "20");
        var busy = Task.Run(() =>
        {
            using var other = redis.Connect();
            Assert.Throws<RedisReplyException>(() => other.Command(["EVAL"u8.ToArray(), "while true do end"u8.ToArray(), "0"u8.ToArray()]));
        });
        var killing = Task.Run(async () =>
        {
            await Task.Delay(700);
            while (!busy.IsCompleted)
            {
                try
                {
                    redis.Command("SCRIPT", "KILL");
                }
                catch (RedisReplyException e) when (e.Message.StartsWith("NOTBUSY", StringComparison.Ordinal))
                {
                    // Not yet, or no longer.
                }

                await Task.Delay(50);
            }
        });
        await Task.Delay(100);
        AssertDone(await _job.RunAsync(At(redis) + "'timeout':20000", "k,v", Rows(5000)), 5000);
        await Task.WhenAll(busy, killing);
    }

    [Fact]
    public async Task A_server_that_is_still_loading_is_waited_for()
    {
        await using var redis = await RedisServer.StartNewAsync();
        for (var i = 0; i < 300; i++)
        {
            redis.Command("SET", $"old{i}", "x");
        }

        redis.Command("SAVE");
        redis.MoreArguments = ["--key-load-delay", "4000", "--loading-process-events-interval-bytes", "1024"];
        redis.WaitsForData = false;
        await redis.RestartAsync();
        var summary = await _job.RunAsync(At(redis) + "'timeout':20000", "k,v", Rows(5000));
        AssertDone(summary, 5000);
        Assert.Equal(5300L, redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_server_that_hangs_fails_the_job_after_the_timeout()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var summary = await _job.RunAsync(At(redis) + "'timeout':1200,'connect.timeout':'300ms','socket.timeout':'300ms'", "k,v", Rows(1_000_000, at: 10_000, redis.PauseAsync));
        await redis.ContinueAsync();
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("within 1200 ms (timeout)", summary.Error, StringComparison.Ordinal);
        AssertBalance(summary);
        Assert.InRange((long)redis.Command("DBSIZE")!, summary.RowsWritten, summary.RowsRead);
    }

    [Fact]
    public async Task A_server_that_reads_nothing_more_fails_the_job_after_the_timeout_however_long_the_socket_timeout_is()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var value = new string('x', 4 << 20);
        var rows = Rows(20, at: 4, redis.PauseAsync).Select(r => (object?[])[r[0], value]);
        var summary = await _job.RunAsync(At(redis) + "'timeout':1200,'socket.timeout':'10min'", "k,v", rows);
        await redis.ContinueAsync();
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("within 1200 ms (timeout)", summary.Error, StringComparison.Ordinal);
        AssertBalance(summary);
    }

    [Fact]
    public async Task A_server_that_hangs_for_a_while_is_resumed_on_a_new_connection()
    {
        await using var redis = await RedisServer.StartNewAsync();
        Task? continuing = null;
        var rows = Rows(30_000, at: 10_000, async () =>
        {
            await redis.PauseAsync();
            continuing = Task.Run(async () =>
            {
                await Task.Delay(1000);
                await redis.ContinueAsync();
            });
        }, keys: 100);
        var summary = await _job.RunAsync(At(redis) + "'timeout':20000,'socket.timeout':'300ms'", "k,v", rows);
        await continuing!;
        AssertDone(summary, 30_000);
        Assert.True(summary.Metrics["reconnects"] >= 1);
        for (var key = 0; key < 100; key++)
        {
            Assert.Equal($"{29_900 + key}", redis.Command("GET", $"k{key}"));
        }
    }

    [Fact]
    public async Task A_slow_server_is_no_dead_one()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { PieceBytes = 64 };
        var rows = Rows(3000, at: 500, () =>
        {
            proxy.Pause = TimeSpan.FromMilliseconds(20);
            return Task.CompletedTask;
        });
        var summary = await _job.RunAsync(At(proxy.Port) + "'timeout':30000,'socket.timeout':'1s','expireTime':1000,'batchSize':250", "k,v", rows);
        AssertDone(summary, 3000);
        Assert.Equal(0, summary.Metrics["reconnects"]);
    }

    [Fact]
    public async Task Large_values_arrive_with_a_small_socket_timeout()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var rows = Enumerable.Range(0, 5).Select(i => new object?[] { $"k{i}", new string((char)('a' + i), 16 << 20) });
        AssertDone(await _job.RunAsync(At(redis) + "'socket.timeout':'700ms'", "k,v", rows), 5);
        Assert.Equal((long)(16 << 20), redis.Command("STRLEN", "k4"));
        Assert.Equal("eee", redis.Command("GETRANGE", "k4", "16777213", "-1"));
    }

    [Fact]
    public async Task A_stop_in_the_middle_accounts_for_everything_sent()
    {
        await using var redis = await RedisServer.StartNewAsync();
        using var stop = new CancellationTokenSource();
        var summary = await _job.RunAsync(At(redis) + "'writeMode':{'type':'list'},'batchSize':100", "k,v", Rows(1_000_000, at: 30_000, stop.CancelAsync, keys: 10), stop: stop.Token);
        Assert.Equal((JobStatus.Stopped, null), (summary.Status, summary.Error));
        AssertBalance(summary);
        Assert.Equal(0, summary.RowsUnknown);
        Assert.InRange(summary.RowsWritten, 1, 30_100);
        Assert.Equal(summary.RowsWritten, Enumerable.Range(0, 10).Sum(key => (long)redis.Command("LLEN", $"k{key}")!));
    }

    [Fact]
    public async Task A_stop_while_the_server_refuses_ends_the_job_with_the_rest_unknown()
    {
        await using var redis = await RedisServer.StartNewAsync();
        using var stop = new CancellationTokenSource();
        redis.Command("CONFIG", "SET", "maxmemory", "1");
        var running = _job.RunAsync(At(redis) + "'timeout':1500", "k,v", Rows(100_000), stop: stop.Token);
        await Task.Delay(300);
        await stop.CancelAsync();
        var summary = await running;
        Assert.Equal((JobStatus.Stopped, 0), (summary.Status, summary.RowsWritten));
        AssertBalance(summary);
    }

    [Fact]
    public async Task One_failing_task_ends_the_others_and_the_books_balance()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("SET", "bad", "no list");
        var splits = Enumerable.Range(0, 4).Select(s => s == 2
            ? Rows(5000).Append(["bad", "x"])
            : Rows(int.MaxValue, keys: 10).Select(r => (object?[])[$"split{s}", r[1]])).ToArray();
        var summary = await _job.RunAsync(_job.Plan(At(redis) + "'writeMode':{'type':'list'}", "k,v", "'errorLimit':{'record':0},'speed':{'concurrent':4}", splits));
        Assert.Equal((JobStatus.DirtyLimit, 1), (summary.Status, summary.RowsDirty));
        AssertBalance(summary);
    }
}
