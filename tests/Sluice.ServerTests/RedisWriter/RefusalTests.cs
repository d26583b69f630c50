using System.Text.Json;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>What ends a job at its start, and what becomes of single records that are refused (S-6, S-8, S-24).</summary>
[Collection(RedisCollection.Name)]
public sealed class RefusalTests : IDisposable
{
    private readonly RedisServer _redis;
    private readonly WriterJob _job = new();

    public RefusalTests(RedisServer redis)
    {
        _redis = redis;
        _redis.Command("FLUSHALL");
    }

    private string At => $"'host':'127.0.0.1','port':{_redis.Port},'keyIndexes':0,";

    public void Dispose() => _job.Dispose();

    private async Task AssertRefusedAsync(string writer, params string[] messages)
    {
        var summary = await _job.RunAsync(writer, "k,v", [["k", "v"], ["k", "w"]]);
        Assert.Equal((JobStatus.Refused, 0), (summary.Status, summary.RowsWritten));
        Assert.All(messages, m => Assert.Contains(m, summary.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("internal error", summary.Error, StringComparison.Ordinal);
        Assert.Equal(summary.RowsRead, summary.RowsUnknown);
    }

    [Fact]
    public async Task A_password_that_a_server_without_auth_repeats_is_not_shown()
    {
        await using var redis = await RedisServer.StartNewAsync("--rename-command", "AUTH", "", "--rename-command", "HELLO", "");
        using var job = new WriterJob();
        var summary = await job.RunAsync($"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,'password':'S3cretPw'", "k,v", [["k", "v"]]);
        Assert.Equal(JobStatus.Refused, summary.Status);
        Assert.Contains("AUTH", summary.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cretPw", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_a_password_says_which_options_give_it()
    {
        await using var redis = await RedisServer.StartNewAsync("--requirepass", "right");
        var at = $"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,";
        await AssertRefusedAsync(at + "'timeout':2000", $"127.0.0.1:{redis.Port}", "'password'", "NOAUTH");
        await AssertRefusedAsync(at + "'password':'wr0ng'", "does not take this user and password", "WRONGPASS");
        await AssertRefusedAsync(at + "'username':'nobody','password':'right'", "WRONGPASS");
        Assert.Equal(JobStatus.Succeeded, (await _job.RunAsync(at + "'password':'right'", "k,v", [["k", "v"]])).Status);
        Assert.Equal(JobStatus.Succeeded, (await _job.RunAsync(at + "'user':'default','password':'right'", "k,v", [["k", "v"]])).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("'deliveryGuarantee':'exactly-once',")]
    public async Task A_replica_is_called_one_when_the_time_is_over(string more)
    {
        await using var redis = await RedisServer.StartNewAsync("--replicaof", "127.0.0.1", "1");
        var summary = await _job.RunAsync($"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,{more}'timeout':1000", "k,v", [["k", "v"]]);
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("READONLY", summary.Error, StringComparison.Ordinal);
        Assert.Contains("this is a replica: give the address of its master, or 'sentinel.master'", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_not_write_is_told_before_anything_is_written()
    {
        _redis.Command("ACL", "SETUSER", "reader", "reset", "on", ">x", "~*", "+@all", "-@write");
        await AssertRefusedAsync(At + "'username':'reader','password':'x'", "ACL SETUSER", "'mset'");
        _redis.Command("ACL", "SETUSER", "elsewhere", "reset", "on", ">x", "~other:*", "+@all");
        await AssertRefusedAsync(At + "'username':'elsewhere','password':'x'", "ACL SETUSER", "NOPERM");
    }

    [Fact]
    public async Task A_user_who_may_not_run_the_script_is_told_which_command_is_missing()
    {
        _redis.Command("ACL", "SETUSER", "scriptless", "reset", "on", ">x", "~*", "+@all", "-eval");
        _redis.Command("SET", "k", "of another type");
        await AssertRefusedAsync(At + "'username':'scriptless','password':'x','writeMode':{'type':'set'},'batchSize':1", "ACL SETUSER", "'eval'");
        await AssertRefusedAsync(At + "'username':'scriptless','password':'x','writeMode':{'type':'list'},'expireTime':10", "ACL SETUSER", "'eval'");
        Assert.Equal("of another type", _redis.Command("GET", "k"));
    }

    [Fact]
    public async Task A_database_that_is_not_there_names_the_options() =>
        await AssertRefusedAsync(At + "'selectDatabase':1000", "'selectDatabase'", "DB index is out of range");

    [Fact]
    public async Task A_command_that_the_server_lacks_is_named()
    {
        await using var redis = await RedisServer.StartNewAsync("--rename-command", "MSET", "");
        await AssertRefusedAsync($"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0", "lacks a command", "MSET");
    }

    [Fact]
    public async Task A_node_of_a_cluster_is_refused_naming_the_mode()
    {
        await using var redis = await RedisServer.StartNewAsync("--cluster-enabled", "yes");
        var at = $"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,";
        await AssertRefusedAsync(at + "'timeout':1000", "'redisMode'", "'clusterMode'", "Cluster");
        await AssertRefusedAsync(at + "'selectDatabase':3", "'redisMode'", "'clusterMode'", "Cluster");
    }

    [Fact]
    public async Task A_sentinel_is_refused_naming_its_option()
    {
        var folder = ServerProcess.NewFolder("sentinel");
        var port = ServerProcess.FreePort();
        var config = Path.Combine(folder, "sentinel.conf");
        await File.WriteAllTextAsync(config, $"port {port}\nbind 127.0.0.1\ndir {folder}\n");
        using var sentinel = ServerProcess.Start("redis-server", "redis-server", folder, config, "--sentinel");
        await sentinel.WaitAsync(async () =>
        {
            using var probe = new System.Net.Sockets.TcpClient();
            await probe.ConnectAsync("127.0.0.1", port);
            return true;
        });
        await AssertRefusedAsync($"'host':'127.0.0.1','port':{port},'keyIndexes':0", "'sentinel.master'");
        await AssertRefusedAsync($"'host':'127.0.0.1','port':{port},'keyIndexes':0,'dbNum':2", "'sentinel.master'");
        await sentinel.SignalAsync(PosixSignalNumber.Kill);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_at_fails_with_what_to_check()
    {
        var port = ServerProcess.FreePort();
        var summary = await _job.RunAsync($"'host':'127.0.0.1','port':{port},'keyIndexes':0,'connect.timeout':'200ms'", "k,v", [["k", "v"]]);
        Assert.Equal((JobStatus.Failed, 0), (summary.Status, summary.RowsRead));
        Assert.Contains($"127.0.0.1:{port}", summary.Error, StringComparison.Ordinal);
        Assert.Contains("'host' and 'port'", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_is_waited_for_longer_than_an_absent_one_and_then_named()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("CONFIG", "SET", "maxclients", "1");
        var at = $"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0,'connect.timeout':'100ms',";
        var failed = await _job.RunAsync(at + "'timeout':700", "k,v", [["k", "v"]]);
        Assert.Equal((JobStatus.Failed, 0), (failed.Status, failed.RowsRead));
        Assert.Contains($"127.0.0.1:{redis.Port}", failed.Error, StringComparison.Ordinal);

        var waiting = _job.RunAsync(at + "'timeout':20000", "k,v", [["k", "v"]]);
        await Task.Delay(500);
        redis.Command("CONFIG", "SET", "maxclients", "100");
        Assert.Equal(JobStatus.Succeeded, (await waiting).Status);
    }

    [Theory]
    [InlineData("'record':10", JobStatus.Succeeded)]
    [InlineData("'record':11", JobStatus.Succeeded)]
    [InlineData("'record':9", JobStatus.DirtyLimit)]
    [InlineData("'record':0", JobStatus.DirtyLimit)]
    [InlineData("'percentage':0.1", JobStatus.Succeeded)]
    [InlineData("'percentage':0.09", JobStatus.DirtyLimit)]
    [InlineData("'record':10,'percentage':0.09", JobStatus.DirtyLimit)]
    public async Task Dirty_records_are_judged_by_their_limit_and_all_of_them_are_accounted_for(string limit, JobStatus status)
    {
        _redis.Command("SET", "bad", "no list");
        var rows = Enumerable.Range(0, 100).Select(i => new object?[] { i % 10 == 3 ? "bad" : $"k{i}", $"{i}" });
        var summary = await _job.RunAsync(At + "'writeMode':{'type':'list'}", "k,v", rows, $"'errorLimit':{{{limit}}}");

        // All were sent in one flush, so all have their place, and none is unknown.
        Assert.Equal((status, 100, 90, 10, 0), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
        Assert.Equal(10, _job.DirtyLines.Length);
        Assert.Equal(status == JobStatus.DirtyLimit, summary.Error is not null);
        if (status == JobStatus.DirtyLimit && limit.StartsWith("'record'", StringComparison.Ordinal) && !limit.Contains("percentage", StringComparison.Ordinal))
        {
            Assert.Contains("WRONGTYPE", summary.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Different_errors_in_one_flush_are_all_written_down_though_the_first_exceeds_the_limit()
    {
        _redis.Command("SET", "a", "no list");
        _redis.Command("SADD", "b", "no list");
        var summary = await _job.RunAsync(At + "'writeMode':{'type':'list'}", "k,v", [["a", "1"], ["b", "2"], ["ok", "3"], ["a", "4"], [null, "5"]]);
        Assert.Equal((JobStatus.DirtyLimit, 1, 0), (summary.Status, summary.RowsDirty, summary.RowsUnknown));

        summary = await _job.RunAsync(At + "'writeMode':{'type':'list'}", "k,v", [["a", "1"], ["b", "2"], ["ok", "3"], ["a", "4"]]);
        Assert.Equal((JobStatus.DirtyLimit, 4, 1, 3, 0), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
        Assert.Equal(["1", "4", "2"], _job.DirtyLines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("record").GetProperty("v").GetString()));
    }

    [Fact]
    public async Task The_file_of_dirty_records_has_a_json_object_per_line_with_everything_about_it()
    {
        _redis.Command("SET", "bad", "no zset");
        var summary = await _job.RunAsync(At + "'writeMode':{'type':'zset'}", "k,s,m",
            [["z", "1", "fine"], ["z", "x\"1\n", "é😀"], ["z", null, "m"], ["z", "2", new byte[] { 0xff, (byte)'a' }], ["z", "nan", new byte[] { 0xff, (byte)'b' }]], "'errorLimit':{'record':3}");
        Assert.Equal((JobStatus.Succeeded, 2, 3), (summary.Status, summary.RowsWritten, summary.RowsDirty));
        Assert.Equal(_job.DirtyFile, summary.DirtyRecordsFile);
        var lines = _job.DirtyLines.Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.All(lines, l => Assert.Equal(["split", "record", "column", "reason", "reply"], l.EnumerateObject().Select(p => p.Name)));
        Assert.All(lines, l => Assert.Equal("rows 0", l.GetProperty("split").GetString()));

        var ofNull = lines.Single(l => l.GetProperty("column").GetString() == "s");
        Assert.Equal(("the score is null", JsonValueKind.Null, JsonValueKind.Null), (ofNull.GetProperty("reason").GetString(), ofNull.GetProperty("reply").ValueKind, ofNull.GetProperty("record").GetProperty("s").ValueKind));

        var refused = lines.Where(l => l.GetProperty("column").GetString() == "").ToList();
        Assert.All(refused, l => Assert.Contains("not a valid float", l.GetProperty("reply").GetString(), StringComparison.Ordinal));
        Assert.Equal(["é😀", "\ufffdb"], refused.Select(l => l.GetProperty("record").GetProperty("m").GetString()));
        Assert.Equal("x\"1\n", refused[0].GetProperty("record").GetProperty("s").GetString());
    }

    [Fact]
    public async Task No_dirty_record_means_no_file()
    {
        var summary = await _job.RunAsync(At + "'batchSize':1", "k,v", [["a", "1"]]);
        Assert.Null(summary.DirtyRecordsFile);
        Assert.False(File.Exists(_job.DirtyFile));
    }

    [Fact]
    public async Task A_value_that_the_server_takes_for_a_broken_protocol_is_dirty_and_the_rest_is_written()
    {
        await using var redis = await RedisServer.StartNewAsync("--proto-max-bulk-len", "1mb");
        var rows = Enumerable.Range(0, 200).Select(i => new object?[] { $"k{i}", i == 100 ? new string('x', 2 << 20) : $"{i}" });
        var summary = await _job.RunAsync($"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':0", "k,v", rows, "'errorLimit':{'record':1}");
        Assert.Equal((JobStatus.Succeeded, 199, 1), (summary.Status, summary.RowsWritten, summary.RowsDirty));
        Assert.Equal(199L, redis.Command("DBSIZE"));
    }
}
