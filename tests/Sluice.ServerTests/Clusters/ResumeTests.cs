using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27a in a cluster: the positions are on the one node that serves their key, and rows on all.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class ResumeTests : IClassFixture<MariaDbServer>, IDisposable
{
    private const int Rows = 20_000;
    private const string Key = "sluice:job:job";
    private const string Reader = """ "table": "t", "column": ["id", "name"], "splitPk": "id" """;
    private const string Writer = """ "keyIndexes": [0], "timeout": 60000 """;

    /// <summary>About 4 MB of values at 1 MiB a second.</summary>
    private const string Slow = """{ "speed": { "concurrent": 2, "throttle": true, "mbps": "1" } }""";

    private readonly RedisCluster _cluster;
    private readonly MariaDbServer _mysql;
    private JobFolder? _folder;

    public ResumeTests(RedisCluster cluster, MariaDbServer mysql)
    {
        (_cluster, _mysql) = (cluster, mysql);
        _cluster.Flush();
    }

    public void Dispose()
    {
        _folder?.Dispose();
        foreach (var node in _cluster.Nodes)
        {
            node.Command("ACL", "DELUSER", "rows");
        }
    }

    private RedisServer Home => _cluster.OwnerOf(_cluster.Slot(Key));

    private async Task<JobFolder> FolderAsync()
    {
        var database = await _mysql.NewDatabaseAsync(
            $"CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(250) NOT NULL); INSERT INTO t SELECT seq, RPAD(CONCAT('name ', seq), 200, '.') FROM seq_1_to_{Rows}");
        _folder = new JobFolder(_cluster.Nodes[0], _mysql, database);
        _folder.Redis["clusterMode"] = true;
        _folder.Redis["hostAndPorts"] = _cluster.Seeds;
        (_folder.Redis["username"], _folder.Redis["password"]) = ("rows", "pw");
        foreach (var node in _cluster.Nodes)
        {
            // What docs/delivery.md and docs/connectors/redis.md ask for, and no more.
            node.Command("ACL", "SETUSER", "rows", "reset", "on", ">pw", "~*", "+set", "+cluster|slots", "+hgetall", "+hmset", "+del");
        }

        _folder.Job(Reader, Writer, Slow);
        return _folder;
    }

    /// <summary>The positions that lie inside a slice, as they are stored.</summary>
    private string[] Positions() => [.. ((object?[])Home.Command("HVALS", Key)!).Cast<string>().Where(v => v.Contains(" key > ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void AssertWhole()
    {
        var rows = _cluster.Dump();
        Assert.False(rows.ContainsKey(Key));
        Assert.Equal(Rows, rows.Count);
        Assert.All(Enumerable.Range(1, Rows), id => Assert.Equal($"string: {$"name {id}".PadRight(200, '.')}", rows[$"{id}"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_was_killed_goes_on_wherever_the_slot_of_its_positions_is_by_then(bool moves)
    {
        var folder = await FolderAsync();
        using (var process = folder.Start("run", "job.json", "--json"))
        {
            await RedisCluster.UntilAsync(() => Positions().Length > 0);
            await process.SignalAsync("KILL");
            await process.EndAsync();
        }

        Assert.InRange(_cluster.Dump().Count, 2, Rows);
        if (moves)
        {
            var from = Home;
            await _cluster.MoveAsync(_cluster.Slot(Key), from, _cluster.CurrentPrimaries.First(n => n != from));
            Assert.NotEqual(from, Home);
        }

        folder.Job(Reader, Writer);
        var summary = JobFolder.Check(await folder.RunAsync("run", "job.json", "--resume", "--json"), 0, "succeeded");

        Assert.InRange(JobFolder.Number(summary, "rowsRead"), 1, Rows - 1);
        AssertWhole();
    }

    [Fact]
    public async Task The_primary_that_holds_the_positions_may_be_killed_and_its_replica_has_them()
    {
        var folder = await FolderAsync();
        using var process = folder.Start("run", "job.json", "--json");
        await RedisCluster.UntilAsync(() => Positions().Length > 0);

        // While the job stands still everything that was acknowledged gets to the replica, so that nothing may be missing.
        await process.SignalAsync("STOP");
        var killed = Home;
        killed.Command("SET", Key + ":mark{" + Key + "}", "1");
        killed.Command("WAIT", "1", "0");
        killed.Command("DEL", Key + ":mark{" + Key + "}");
        killed.Command("WAIT", "1", "0");
        var before = Positions();
        await _cluster.FailOverAsync(killed);
        Assert.Equal(before, Positions());
        await process.SignalAsync("CONT");
        await RedisCluster.UntilAsync(() => !Positions().SequenceEqual(before));
        var run = await process.EndAsync();
        await killed.StartAsync();
        await _cluster.HealthyAsync();

        var summary = JobFolder.Check(run, 0, "succeeded");
        Assert.Equal(Rows, JobFolder.Number(summary, "rowsWritten"));
        AssertWhole();
    }
}
