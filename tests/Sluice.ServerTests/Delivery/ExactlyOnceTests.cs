using System.Globalization;
using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Delivery;

/// <summary>S-27: rows and the position behind them are written in one unit, or not at all.</summary>
public sealed class ExactlyOnceTests : IDisposable
{
    private const string Job = "sluice:job:job";
    private const string Position = "sluice:position:job:rows 0";

    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    private static string Writer(RedisServer redis, string more = "") =>
        $"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,'deliveryGuarantee':'exactly-once',{more}'writeMode':{{'type':'list'}}";

    private static string Writer(RedisServer redis, string type, string more) => Writer(redis, more).Replace("'list'", $"'{type}'", StringComparison.Ordinal);

    /// <summary>Rows of a key, one of so many, and a number; before the row of that number something happens.</summary>
    private static IEnumerable<object?[]> Rows(int count, int keys = 1, int at = -1, Action? happens = null)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == at)
            {
                happens!();
            }

            yield return [$"k{i % keys}", i.ToString(CultureInfo.InvariantCulture)];
        }
    }

    private static void Fail() => throw new InvalidDataException("the source broke off");

    private static string[] List(RedisServer redis, string key) => [.. ((object?[])redis.Command("LRANGE", key, "0", "-1")!).Cast<string>()];

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static void AssertDone(JobSummary summary, long written, long dirty = 0)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, written, dirty, 0L), (summary.Status, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
        Assert.Equal(summary.RowsRead, summary.RowsWritten + summary.RowsSkipped + summary.RowsDirty + summary.RowsUnknown);
    }

    [Fact]
    public async Task A_job_that_broke_off_goes_on_behind_its_last_unit_and_a_finished_one_writes_nothing()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var broken = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100, at: 47, happens: Fail));
        Assert.Equal((JobStatus.Failed, 40L), (broken.Status, broken.RowsWritten));
        Assert.Equal("40", redis.Command("HGET", Position, "position"));
        Assert.Equal(-1L, redis.Command("PTTL", Position));

        var whole = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100));
        AssertDone(whole, 60);
        Assert.Equal(Numbers(100), List(redis, "k0"));
        Assert.Equal("100 end", redis.Command("HGET", Position, "position"));
        Assert.InRange((long)redis.Command("PTTL", Position)!, 6 * 86_400_000L, 7 * 86_400_000L);
        Assert.InRange((long)redis.Command("PTTL", Job)!, 6 * 86_400_000L, 7 * 86_400_000L);

        var again = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(200));
        AssertDone(again, 0);
        Assert.Equal(Numbers(100), List(redis, "k0"));
    }

    [Fact]
    public async Task Nothing_of_ours_is_written_before_the_first_row_is()
    {
        await using var redis = await RedisServer.StartNewAsync();
        AssertDone(await _job.RunAsync(Writer(redis), "k,v", Rows(0)), 0);
        Assert.Equal(0L, redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_refused_row_is_dirty_and_the_position_still_advances()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("SET", "k3", "a string", "EX", "1000");
        var summary = await _job.RunAsync(Writer(redis, "'batchSize':20,'expireTime':{'seconds':5000},"), "k,v", Rows(40, keys: 10), "'errorLimit':{'record':'10'}");
        AssertDone(summary, 36, dirty: 4);
        Assert.Equal("a string", redis.Command("GET", "k3"));
        Assert.InRange((long)redis.Command("TTL", "k3")!, 1, 1000);
        Assert.InRange((long)redis.Command("TTL", "k4")!, 4000, 5000);
        Assert.Equal(["4", "14", "24", "34"], List(redis, "k4"));
        Assert.Equal("40 end", redis.Command("HGET", Position, "position"));
        Assert.Equal(4, _job.DirtyLines.Length);
    }

    [Fact]
    public async Task A_row_that_is_written_where_its_position_belongs_ends_the_job_which_counts_what_was_written()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var summary = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", [[Position, "0"], ["k0", "1"]]);
        Assert.Equal((JobStatus.Failed, 2L, 2L, 0L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
        Assert.Contains($"WRONGTYPE Operation against a key holding the wrong kind of value; the rows are written, and the position behind them ('{Position}') is not stored", summary.Error, StringComparison.Ordinal);
        Assert.Contains($"redis 127.0.0.1:{redis.Port}", summary.Error, StringComparison.Ordinal);
        Assert.Equal(["0"], List(redis, Position));
        Assert.Equal(["1"], List(redis, "k0"));
    }

    [Fact]
    public async Task Another_type_at_the_key_is_overwritten_and_only_the_row_with_no_score_is_dirty()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("SET", "z", "a string", "EX", "1000");
        redis.Command("SET", "y", "a string", "EX", "1000");
        object?[][] rows = [["z", "1", "one"], ["z", "1.5", "more"], ["z", "many", "none"], ["z", "inf", "most"], ["z", "0x10", "hex"], ["y", "nan", "none"]];
        var summary = await _job.RunAsync(Writer(redis, "zset", "'expireTime':{'seconds':5000},"), "k,s,m", rows, "'errorLimit':{'record':'2'}");
        AssertDone(summary, 4, dirty: 2);
        Assert.Equal(["one", "1", "more", "1.5", "hex", "16", "most", "inf"], ((object?[])redis.Command("ZRANGE", "z", "0", "-1", "WITHSCORES")!).Cast<string>());
        Assert.InRange((long)redis.Command("TTL", "z")!, 4000, 5000);
        Assert.Equal("a string", redis.Command("GET", "y"));
        Assert.InRange((long)redis.Command("TTL", "y")!, 1, 1000);
    }

    [Theory]
    [InlineData("string")]
    [InlineData("set")]
    [InlineData("hash")]
    public async Task Every_mode_writes_over_what_is_there(string type)
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("RPUSH", "a", "x");
        redis.Command("EXPIRE", "a", "1000");
        var columns = type == "hash" ? "k,f,v" : "k,v";
        object?[][] rows = type == "hash" ? [["a", "f", "1"], ["b", "f", "2"]] : [["a", "1"], ["b", "2"]];
        AssertDone(await _job.RunAsync(Writer(redis, type, ""), columns, rows), 2);
        Assert.Equal(type, redis.Command("TYPE", "a"));
        Assert.Equal(-1L, redis.Command("TTL", "a"));
    }

    [Fact]
    public async Task A_server_that_refuses_for_a_while_gets_the_unit_again_and_has_it_once()
    {
        await using var redis = await RedisServer.StartNewAsync();
        Task? passing = null;
        var summary = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(1000, at: 500, happens: () =>
        {
            redis.Command("CONFIG", "SET", "maxmemory", "1");
            passing = Task.Run(async () =>
            {
                await Task.Delay(300);
                redis.Command("CONFIG", "SET", "maxmemory", "0");
            });
        }));
        await passing!;
        AssertDone(summary, 1000);
        Assert.True(summary.Retries > 0);
        Assert.Equal(Numbers(1000), List(redis, "k0"));
    }

    [Fact]
    public async Task A_connection_that_is_lost_again_and_again_adds_nothing_twice()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("SET", "k7", "a string");
        using var ended = new CancellationTokenSource();
        var killing = Task.Run(async () =>
        {
            // Each time behind another unit, so that the job gets on however slow the machine is.
            for (object? last = null; !ended.IsCancellationRequested; await Task.Delay(1))
            {
                if (redis.Command("HGET", Position, "position") is { } position && !position.Equals(last))
                {
                    last = position;
                    redis.Command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
            }
        });
        var summary = await _job.RunAsync(Writer(redis, "'batchSize':500,"), "k,v", Rows(20_000, keys: 10), "'errorLimit':{'record':'2000'}");
        await ended.CancelAsync();
        await killing;
        AssertDone(summary, 18_000, dirty: 2_000);
        for (var key = 0; key < 10; key++)
        {
            if (key != 7)
            {
                Assert.Equal(Enumerable.Range(0, 2000).Select(i => (key + (10 * i)).ToString(CultureInfo.InvariantCulture)), List(redis, $"k{key}"));
            }
        }

        Assert.True(summary.Retries > 0);
    }

    [Fact]
    public async Task Whoever_claims_a_split_later_wins_and_the_other_fails_without_a_trace()
    {
        await using var redis = await RedisServer.StartNewAsync();
        using var other = new WriterJob();
        var (middle, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Task.Run(() => _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100, at: 50, happens: () =>
        {
            middle.SetResult();
            go.Task.GetAwaiter().GetResult();
        })));
        await middle.Task;
        Assert.Equal("50", redis.Command("HGET", Position, "position"));
        AssertDone(await other.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100)), 50);
        go.SetResult();
        var failed = await first;
        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Contains("another process works on the same part of this job", failed.Error, StringComparison.Ordinal);
        Assert.Equal((0L, 50L), (failed.RowsUnknown, failed.RowsWritten));
        Assert.Equal(Numbers(100), List(redis, "k0"));
    }

    [Fact]
    public async Task A_server_that_lost_what_it_had_acknowledged_is_told_and_the_next_run_is_exact()
    {
        await using var redis = await RedisServer.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        var summary = await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100, at: 50, happens: () =>
        {
            // What a server that wrote to disk too late would come back with.
            redis.Command("LTRIM", "k0", "0", "19");
            redis.Command("HSET", Position, "position", "20");
        }));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("the server has lost writes that it had acknowledged", summary.Error, StringComparison.Ordinal);
        AssertDone(await _job.RunAsync(Writer(redis, "'batchSize':10,"), "k,v", Rows(100)), 80);
        Assert.Equal(Numbers(100), List(redis, "k0"));
    }

    [Theory]
    [InlineData(Job, "SET", "x")]
    [InlineData(Job, "HSET", "colour", "red")]
    [InlineData(Position, "SET", "x")]
    [InlineData(Position, "HSET", "colour", "red")]
    public async Task A_key_of_ours_that_holds_something_else_is_refused(string key, string command, params string[] content)
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command([command, key, .. content]);
        var summary = await _job.RunAsync(Writer(redis), "k,v", Rows(10));
        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains($"'{key}'", summary.Error, StringComparison.Ordinal);
        Assert.Equal(1L, redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_user_who_may_not_use_transactions_is_refused_and_nothing_is_written()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("ACL", "SETUSER", "plain", "on", ">pw", "~*", "+@all", "-multi");
        var summary = await _job.RunAsync(Writer(redis, "'username':'plain','password':'pw',"), "k,v", Rows(10));
        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains("NOPERM", summary.Error, StringComparison.Ordinal);
        Assert.Equal(0L, redis.Command("LLEN", "k0"));
    }
}
