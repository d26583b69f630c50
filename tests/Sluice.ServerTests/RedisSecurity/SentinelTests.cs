using Sluice.Engine.Execution;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Sentinels;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;
using RedisServer = Sluice.ServerTests.Servers.RedisServer;

namespace Sluice.ServerTests.RedisSecurity;

/// <summary>A master that sentinels name, and another one after a failover (S-35).</summary>
public sealed class SentinelTests : IDisposable
{
    private const int Half = 10_000;

    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    private static string At(string sentinels, string more = "'timeout':60000", string master = SentinelGroup.Name) =>
        $"'hostAndPorts':'{sentinels}','sentinel.master':'{master}','keyIndexes':0,'connect.timeout':'20 s','socket.timeout':'20 s',{more}";

    private static IEnumerable<object?[]> Rows(int count) => Enumerable.Range(0, count).Select(i => new object?[] { $"k{i}", $"{i}" });

    /// <summary>Twice <see cref="Half"/> rows. Something happens when the first half is at the replica.</summary>
    private static IEnumerable<object?[]> Rows(SentinelGroup group, Func<Task> happens)
    {
        foreach (var row in Rows(2 * Half))
        {
            if ((string?)row[1] == $"{Half}")
            {
                Task.Run(async () =>
                {
                    while (Existing(group.Master, 0, Half) < Half)
                    {
                        await Task.Delay(20);
                    }

                    group.AwaitReplication();
                    await happens();
                }).GetAwaiter().GetResult();
            }

            yield return row;
        }
    }

    private static void AssertDone(JobSummary summary, long rows)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, rows, rows), (summary.Status, summary.RowsRead, summary.RowsWritten));
    }

    private static long Existing(RedisServer server, int first, int count) => (long)server.Command(["EXISTS", .. Enumerable.Range(first, count).Select(i => $"k{i}")])!;

    [Fact]
    public async Task Any_sentinel_that_answers_leads_to_the_master()
    {
        await using var group = await SentinelGroup.StartAsync(sentinels: 2);
        AssertDone(await _job.RunAsync(At(group.HostAndPorts), "k,v", Rows(10)), 10);
        await group.KillSentinelAsync(0);
        AssertDone(await _job.RunAsync(At(group.HostAndPorts), "k,v", Rows(20)), 20);
        Assert.Equal(20L, group.Master.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_master_that_dies_is_followed_to_the_next_one_and_nothing_is_lost()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        var summary = await _job.RunAsync(At(group.HostAndPorts, "'timeout':60000,'batchSize':1000"), "k,v", Rows(group, group.Master.KillAsync));
        AssertDone(summary, 2 * Half);
        Assert.True(summary.Metrics["reconnects"] >= 1);
        Assert.Equal("master", ((object?[])group.Replica.Command("ROLE")!)[0]);
        Assert.Equal(2L * Half, Existing(group.Replica, 0, 2 * Half));
    }

    /// <summary>A sentinel refuses as long as it finds no replica good enough.</summary>
    private static async Task AskedAsync(Action ask)
    {
        for (var attempts = 0; ; attempts++)
        {
            try
            {
                ask();
                return;
            }
            catch (RedisReplyException) when (attempts < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    [Fact]
    public async Task A_failover_that_is_asked_for_keeps_what_was_replicated_and_the_job_goes_on()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        var summary = await _job.RunAsync(At(group.HostAndPorts, "'timeout':60000,'batchSize':1000"), "k,v", Rows(group, async () =>
        {
            await AskedAsync(() => group.Ask(0, "SENTINEL", "FAILOVER", SentinelGroup.Name));
            while (!Equals(((object?[])group.Master.Command("ROLE")!)[0], "slave"))
            {
                await Task.Delay(20);
            }
        }));
        AssertDone(summary, 2 * Half);
        Assert.Equal(2L * Half, Existing(group.Replica, 0, 2 * Half));
    }

    [Theory]
    [InlineData("string")]
    [InlineData("list")]
    public async Task A_master_that_turns_read_only_is_left_for_the_one_that_the_sentinels_name_now(string type)
    {
        await using var group = await SentinelGroup.StartAsync();
        var rows = Rows(group, () =>
        {
            // Connections live on: the old master says READONLY itself.
            group.Replica.Command("REPLICAOF", "NO", "ONE");
            group.Master.Command("REPLICAOF", "127.0.0.1", $"{group.Replica.Port}");
            group.Ask(0, "SENTINEL", "REMOVE", SentinelGroup.Name);
            group.Ask(0, "SENTINEL", "MONITOR", SentinelGroup.Name, "127.0.0.1", $"{group.Replica.Port}", "1");
            return Task.CompletedTask;
        });
        var summary = await _job.RunAsync(At(group.HostAndPorts, $"'timeout':60000,'batchSize':1000,'writeMode':{{'type':'{type}'}}"), "k,v", rows);
        AssertDone(summary, 2 * Half);
        Assert.True(summary.Retries > 0);
        Assert.Equal(2L * Half, Existing(group.Replica, 0, 2 * Half));
        if (type == "list")
        {
            Assert.Equal(1L, group.Replica.Command("LLEN", "k0"));
            Assert.Equal(1L, group.Replica.Command("LLEN", $"k{(2 * Half) - 1}"));
        }
    }

    [Theory]
    [InlineData("string")]
    [InlineData("list")]
    public async Task A_master_that_goes_on_taking_writes_is_left_when_the_sentinels_name_another_one(string type)
    {
        await using var group = await SentinelGroup.StartAsync(sentinels: 2);
        var rows = Rows(group, group.SwitchAndAwaitLeavingAsync);
        var summary = await _job.RunAsync(At(group.HostAndPorts, $"'timeout':60000,'batchSize':1000,'writeMode':{{'type':'{type}'}}"), "k,v", rows);
        AssertDone(summary, 2 * Half);
        Assert.Equal(2L * Half, Existing(group.Replica, 0, 2 * Half));
        Assert.Equal(0L, Existing(group.Master, Half, Half));
        var (before, now) = ($"127.0.0.1:{group.Master.Port}", $"127.0.0.1:{group.Replica.Port}");
        Assert.Equal($"redis {now}: it is the master now, instead of {before}; what {before} acknowledged in the seconds before may be lost",
            Assert.Single(_job.Warnings, w => w.Contains("instead of", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("string")]
    [InlineData("list")]
    public async Task A_job_whose_last_rows_only_the_master_before_has_does_not_succeed(string type)
    {
        await using var group = await SentinelGroup.StartAsync();
        var rows = Rows(Half).Concat(Happening(() =>
        {
            while (Existing(group.Master, 0, Half) < Half)
            {
                Thread.Sleep(20);
            }

            group.AwaitReplication();
            group.SwitchAndLeaveTheOldMasterUp();
        }));
        var summary = await _job.RunAsync(At(group.HostAndPorts, $"'timeout':60000,'batchSize':1000,'writeMode':{{'type':'{type}'}}"), "k,v", rows);
        Assert.Equal((JobStatus.Failed, (long)Half), (summary.Status, summary.RowsWritten));
        Assert.Contains($"the master was switched from 127.0.0.1:{group.Master.Port} to 127.0.0.1:{group.Replica.Port} at the end of the job", summary.Error, StringComparison.Ordinal);
        Assert.Contains("run the job again from its beginning", summary.Error, StringComparison.Ordinal);

        AssertDone(await _job.RunAsync(At(group.HostAndPorts), "k,v", Rows(Half)), Half);
        Assert.Equal((long)Half, Existing(group.Replica, 0, Half));
    }

    /// <summary>No rows, but something happens when they are asked for.</summary>
    private static IEnumerable<object?[]> Happening(Action happens)
    {
        happens();
        yield break;
    }

    [Fact]
    public async Task A_job_does_without_sentinels_once_it_is_connected()
    {
        await using var group = await SentinelGroup.StartAsync();
        var summary = await _job.RunAsync(At(group.HostAndPorts, "'timeout':60000,'batchSize':1000"), "k,v", Rows(group, () => group.KillSentinelAsync(0)));
        AssertDone(summary, 2 * Half);
        Assert.Empty(_job.Warnings);
    }

    [Fact]
    public async Task Reads_are_asked_of_the_next_master_when_the_old_one_says_that_it_is_cut_off()
    {
        await using var group = await SentinelGroup.StartAsync();
        group.Master.Command("SET", "k", "before");
        group.AwaitReplication();
        var sentinel = new RedisOptions { Host = "127.0.0.1", Port = group.Ports[0] };
        await using var pipeline = new ReadPipeline(sentinel with { Sentinel = new SentinelMaster(SentinelGroup.Name, [sentinel]) }, TimeProvider.System);
        Task<object?> GetAsync() => pipeline.CallAsync(["GET"u8.ToArray(), "k"u8.ToArray()], TestContext.Current.CancellationToken);
        Assert.Equal("before", await GetAsync());

        group.Replica.Command("REPLICAOF", "NO", "ONE");
        group.Replica.Command("SET", "k", "after");
        group.Master.Command("CONFIG", "SET", "replica-serve-stale-data", "no");
        group.Master.Command("REPLICAOF", "127.0.0.1", "1");
        group.Ask(0, "SENTINEL", "REMOVE", SentinelGroup.Name);
        group.Ask(0, "SENTINEL", "MONITOR", SentinelGroup.Name, "127.0.0.1", $"{group.Replica.Port}", "1");
        Assert.Contains("MASTERDOWN", (await Assert.ThrowsAsync<RedisServerException>(GetAsync)).Message, StringComparison.Ordinal);
        object? found = null;
        while (found is null)
        {
            try
            {
                found = await GetAsync();
            }
            catch (RedisConnectionException)
            {
                // The old connection is still being taken down.
            }
        }

        Assert.Equal("after", found);
    }

    [Fact]
    public async Task A_master_that_is_down_at_the_start_is_waited_for_until_there_is_another()
    {
        await using var group = await SentinelGroup.StartAsync();
        await group.KnowsReplicaAsync();
        await group.Master.KillAsync();
        AssertDone(await _job.RunAsync(At(group.HostAndPorts).Replace("'connect.timeout':'20 s'", "'connect.timeout':'1 s'", StringComparison.Ordinal), "k,v", Rows(10)), 10);
        Assert.Equal(10L, group.Replica.Command("DBSIZE"));
    }

    [Fact]
    public async Task What_sentinels_refuse_is_said_with_their_address_and_the_option()
    {
        await using var group = await SentinelGroup.StartAsync();
        await RefusesAsync(At(group.HostAndPorts, master: "customers"), $"127.0.0.1:{group.Ports[0]}", "knows no master 'customers'; it knows orders", "'sentinel.master'");
        await RefusesAsync(At($"127.0.0.1:{group.Master.Port}"), $"127.0.0.1:{group.Master.Port}", "is no sentinel", "'hostAndPorts'");
        group.Ask(0, "ACL", "SETUSER", "default", "resetpass", ">s3ntinel");
        await RefusesAsync(At(group.HostAndPorts), "'sentinel.password'", "NOAUTH");
        await RefusesAsync(At(group.HostAndPorts, "'sentinel.password':'wr0ng'"), "'sentinel.password'", "WRONGPASS");
        AssertDone(await _job.RunAsync(At(group.HostAndPorts, "'sentinel.password':'s3ntinel'"), "k,v", Rows(3)), 3);
        AssertDone(await _job.RunAsync(At(group.HostAndPorts, "'sentinel.username':'default','sentinel.password':'s3ntinel'"), "k,v", Rows(3)), 3);
    }

    [Fact]
    public async Task Sentinels_of_which_none_answers_are_all_named()
    {
        var (one, two) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var summary = await _job.RunAsync(At($"127.0.0.1:{one},127.0.0.1:{two}").Replace("20 s", "1 s", StringComparison.Ordinal), "k,v", Rows(3));
        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.All((string[])[$"127.0.0.1:{one}", $"127.0.0.1:{two}", "no sentinel answers", "'hostAndPorts'"], word => Assert.Contains(word, summary.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sentinels_and_servers_with_passwords_and_TLS_take_the_options_of_both()
    {
        using var authority = new TestAuthority("Sluice test authority");
        var certificate = authority.Issue(["localhost", "127.0.0.1"]);
        var trusted = authority.Pem;
        string[] tls = ["tls-cert-file", certificate, "tls-key-file", certificate, "tls-ca-cert-file", trusted, "tls-auth-clients", "no", "tls-replication", "yes"];
        var port = ServerProcess.FreePort();
        await using var master = await RedisServer.StartNewAsync([.. tls.Select((word, i) => i % 2 == 0 ? $"--{word}" : word), "--tls-port", $"{port}"]);
        master.Command("ACL", "SETUSER", "writer", "reset", "on", ">m@ster", "~*", "+@all", "-info", "-role");
        await using var group = await SentinelGroup.StartAsync(masterPort: port,
            sentinelLines: ["port 0", "tls-port PORT", .. tls.Chunk(2).Select(pair => string.Join(' ', pair)), "requirepass s3nt!nel"]);
        var options = $"'username':'writer','password':'m@ster','sentinel.password':'s3nt!nel','cacert.filepath':'{trusted}'";
        AssertDone(await _job.RunAsync(At(group.HostAndPorts, options), "k,v", Rows(3)), 3);
        Assert.Equal("2", master.Command("GET", "k2"));

        await RefusesAsync(At(group.HostAndPorts, options.Replace("m@ster", "x", StringComparison.Ordinal)), $"127.0.0.1:{port}", "does not take this user and password");
        using var stranger = new TestAuthority("Sluice test stranger");
        await RefusesAsync(At(group.HostAndPorts, options.Replace(trusted, stranger.Pem, StringComparison.Ordinal)),
            $"127.0.0.1:{group.Ports[0]}", "not trusted by");
    }

    private async Task RefusesAsync(string writer, params string[] messages)
    {
        var summary = await _job.RunAsync(writer, "k,v", Rows(3));
        Assert.Equal((JobStatus.Refused, 0), (summary.Status, summary.RowsWritten));
        Assert.All(messages, m => Assert.Contains(m, summary.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("s3nt!nel", summary.Error, StringComparison.Ordinal);
    }
}
