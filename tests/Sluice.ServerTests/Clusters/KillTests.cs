using System.Globalization;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27c: list jobs into a cluster, which are killed at any moment and started again until they are done, while slots move and
/// primaries die; <c>bench/run kill</c> is the long version.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class KillTests : IClassFixture<MariaDbServer>, IDisposable
{
    private const int Rows = 20_000;
    private const int ListCount = 500;
    private const int MostRuns = 20;

    private const string Reader = """ "table": "t", "column": ["k", "v"], "splitPk": "id" """;
    private const string ByGroup = """ "table": "t", "column": ["k", "v"], "splitPk": "g" """;
    private const string Writer = """ "keyIndexes": [0], "writeMode": { "type": "list" }, "deliveryGuarantee": "exactly-once", "timeout": 60000 """;

    /// <summary>About 8 MB of values at 1 MiB a second.</summary>
    private const string Slow = """, "throttle": true, "mbps": "1" """;

    /// <summary>Groups of 7 rows, and one of 3000: more than a batch.</summary>
    private static readonly string s_table = $"""
        CREATE TABLE t (id INT PRIMARY KEY, g INT NOT NULL, k VARCHAR(8) NOT NULL, v VARCHAR(400) NOT NULL, KEY (g));
        INSERT INTO t SELECT seq, IF(seq BETWEEN 7000 AND 9999, 1200, seq DIV 7), CONCAT('k', seq % {ListCount}), RPAD(seq, 395, '.') FROM seq_1_to_{Rows}
        """;

    private readonly RedisCluster _cluster;
    private readonly MariaDbServer _mysql;
    private JobFolder? _folder;

    public KillTests(RedisCluster cluster, MariaDbServer mysql)
    {
        (_cluster, _mysql) = (cluster, mysql);
        _cluster.Flush();
    }

    public void Dispose() => _folder?.Dispose();

    private async Task<JobFolder> FolderAsync()
    {
        _folder = new JobFolder(_cluster.Nodes[0], _mysql, await _mysql.NewDatabaseAsync(s_table));
        _folder.Redis["clusterMode"] = true;
        _folder.Redis["hostAndPorts"] = _cluster.Seeds;
        return _folder;
    }

    private static string Setting(int tasks, string speed) => $$"""{ "speed": { "concurrent": {{tasks}} {{speed}} } }""";

    private IEnumerable<string> KeysOf(string pattern) => _cluster.CurrentPrimaries.SelectMany(node => ((object?[])node.Command("KEYS", pattern)!).Cast<string>());

    /// <summary>Rows that the records of the splits cover.</summary>
    private long Confirmed()
    {
        try
        {
            return KeysOf("sluice:position:*").ToList()
                .Sum(k => long.Parse(((string?)_cluster.Command("HGET", k, "position") ?? "0").Split(' ')[0], CultureInfo.InvariantCulture));
        }
        catch (RedisReplyException)
        {
            // Its slot is on the move.
            return 0;
        }
    }

    private async Task ProgressAsync(long before, Task? ended = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (Confirmed() <= before && ended is not { IsCompleted: true })
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private void AssertLists(bool inOrder)
    {
        for (var list = 0; list < ListCount; list++)
        {
            var expected = Enumerable.Range(1, Rows).Where(id => id % ListCount == list).Select(id => id.ToString(CultureInfo.InvariantCulture).PadRight(395, '.'));
            var found = ((object?[])_cluster.Command("LRANGE", $"k{list}", "0", "-1")!).Cast<string>();
            Assert.Equal(inOrder ? expected : expected.Order(StringComparer.Ordinal), inOrder ? found : found.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(Reader, 1)]
    [InlineData(Reader, 3)]
    [InlineData(ByGroup, 2)]
    public async Task A_list_job_that_is_killed_and_started_again_until_it_is_done_adds_each_element_once(string reader, int tasks)
    {
        var folder = await FolderAsync();
        var random = new Random(reader.Length + tasks);
        folder.Job(reader, Writer, Setting(tasks, Slow));
        for (var kills = 0; kills < 3; kills++)
        {
            using var process = folder.Start("run", "job.json", "--json");
            await ProgressAsync(Confirmed());
            await Task.Delay(random.Next(250), TestContext.Current.CancellationToken);
            await process.SignalAsync("KILL");
            await process.EndAsync();
        }

        folder.Job(reader, Writer, Setting(tasks, ""));
        var last = await folder.ExpectAsync(0, "succeeded");
        Assert.True(JobFolder.Number(last, "rowsWritten") < Rows);
        AssertLists(inOrder: reader == Reader && tasks == 1);

        var again = JobFolder.Check(await folder.RunAsync("run", "job.json", "--json"), 0, "succeeded");
        Assert.Equal(0, JobFolder.Number(again, "rowsWritten"));
        var anew = JobFolder.Check(await folder.RunAsync("run", "job.json", "--restart", "--json"), 0, "succeeded");
        Assert.Equal(Rows, JobFolder.Number(anew, "rowsWritten"));
        Assert.Equal(2L * Rows / ListCount, _cluster.Command("LLEN", "k1"));
    }

    [Fact]
    public async Task Slots_that_move_while_the_job_is_killed_and_started_again_lose_and_repeat_nothing()
    {
        var folder = await FolderAsync();
        folder.Job(Reader, Writer, Setting(1, Slow));
        using var done = new CancellationTokenSource();
        var moving = Task.Run(() => MoveSlotsAsync(done.Token), TestContext.Current.CancellationToken);
        try
        {
            for (var kills = 0; kills < 3; kills++)
            {
                using var process = folder.Start("run", "job.json", "--json");
                await ProgressAsync(Confirmed());
                await process.SignalAsync("KILL");
                await process.EndAsync();
            }

            folder.Job(Reader, Writer, Setting(1, ""));
            await folder.ExpectAsync(0, "succeeded");
        }
        finally
        {
            await done.CancelAsync();
            await moving;
        }

        AssertLists(inOrder: true);
    }

    /// <summary>Those of some lists, of the records and of the job itself.</summary>
    private async Task MoveSlotsAsync(CancellationToken stop)
    {
        var random = new Random(3);
        var slots = Enumerable.Range(0, 20).Select(i => _cluster.Slot($"k{i}")).Append(_cluster.Slot("sluice:job:job")).ToArray();
        while (!stop.IsCancellationRequested)
        {
            var slot = slots[random.Next(slots.Length)];
            var from = _cluster.OwnerOf(slot);
            await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.Where(n => n != from).ElementAt(random.Next(2)));
        }
    }

    [Fact]
    public async Task A_primary_that_dies_takes_no_row_with_it_that_is_not_written_again()
    {
        var folder = await FolderAsync();
        folder.Job(Reader, Writer, Setting(1, Slow));
        var killed = _cluster.OwnerOf(_cluster.Slot("k1"));
        using var process = folder.Start("run", "job.json", "--json");
        await ProgressAsync(1000);
        await _cluster.FailOverAsync(killed);
        var end = await process.EndAsync();
        Assert.True(end.ExitCode is 0 or 1, end.ToString());
        for (var runs = 0; end.ExitCode != 0; runs++)
        {
            Assert.Contains("the server has lost writes that it had acknowledged", end.Error, StringComparison.Ordinal);
            Assert.True(runs < MostRuns, end.ToString());
            end = await folder.RunAsync("run", "job.json", "--json");
        }

        AssertLists(inOrder: true);
        await killed.StartAsync();
        await RedisCluster.UntilAsync(() => killed.Command("CLUSTER", "INFO") is string info && info.Contains("cluster_state:ok", StringComparison.Ordinal));
        await _cluster.HealthyAsync();
    }

    [Fact]
    public async Task Of_two_runs_of_one_job_at_a_time_one_fails_cleanly_and_no_element_is_added_twice()
    {
        var folder = await FolderAsync();
        folder.Job(Reader, Writer, Setting(1, Slow));
        using var first = folder.Start("run", "job.json", "--json");
        await ProgressAsync(0);
        await first.SignalAsync("STOP");
        using var second = folder.Start("run", "job.json", "--json");
        await ProgressAsync(Confirmed());
        await first.SignalAsync("CONT");
        var (one, two) = (await first.EndAsync(), await second.EndAsync());

        Assert.True(one.ExitCode == 1, one.ToString());
        Assert.Contains("another process works on the same part of this job", one.Error, StringComparison.Ordinal);
        Assert.True(two.ExitCode == 0, two.ToString());
        AssertLists(inOrder: true);
    }
}
