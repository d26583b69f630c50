using System.Globalization;
using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27c: in a cluster each slot that a list job touches has a position of its own; other modes need the split's only.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class ExactlyOnceTests : IDisposable
{
    private const int Keys = 200;

    private readonly RedisCluster _cluster;
    private readonly WriterJob _job = new();

    public ExactlyOnceTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
    }

    public void Dispose() => _job.Dispose();

    private string Writer(string type = "list", string more = "") =>
        $"'redisMode':'ClusterMode','hostAndPorts':'{_cluster.Seeds}','keyIndexes':0,'deliveryGuarantee':'exactly-once',{more}'writeMode':{{'type':'{type}'}}";

    /// <summary>Rows of many keys; before the row of that number something happens.</summary>
    private static IEnumerable<object?[]> Rows(int count, int at = -1, Action? happens = null)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == at)
            {
                happens!();
            }

            yield return [$"k{i % Keys}", i.ToString(CultureInfo.InvariantCulture)];
        }
    }

    private static void Fail() => throw new InvalidDataException("the source broke off");

    private static void AssertDone(JobSummary summary, long written, long skipped = 0, long dirty = 0)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, written, skipped, dirty, 0L), (summary.Status, summary.RowsWritten, summary.RowsSkipped, summary.RowsDirty, summary.RowsUnknown));
        Assert.Equal(summary.RowsRead, summary.RowsWritten + summary.RowsSkipped + summary.RowsDirty);
    }

    private void AssertLists(int rows)
    {
        for (var key = 0; key < Keys; key++)
        {
            var expected = Enumerable.Range(0, (rows - key + Keys - 1) / Keys).Select(n => ((n * Keys) + key).ToString(CultureInfo.InvariantCulture));
            Assert.Equal(expected, ((object?[])_cluster.Command("LRANGE", $"k{key}", "0", "-1")!).Cast<string>());
        }
    }

    private IEnumerable<string> KeysOf(string pattern) => _cluster.CurrentPrimaries.SelectMany(node => ((object?[])node.Command("KEYS", pattern)!).Cast<string>());

    [Fact]
    public async Task A_job_that_broke_off_goes_on_behind_its_last_unit_and_a_finished_one_writes_nothing()
    {
        var broken = await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(2000, at: 1030, happens: Fail));
        Assert.Equal((JobStatus.Failed, 1000L), (broken.Status, broken.RowsWritten));
        AssertLists(1000);

        AssertDone(await _job.RunAsync(Writer(more: "'batchSize':70,"), "k,v", Rows(2000)), 1000);
        AssertLists(2000);
        Assert.All(KeysOf("sluice:*"), key => Assert.InRange((long)_cluster.Command("PTTL", key)!, 6 * 86_400_000L, 7 * 86_400_000L));

        AssertDone(await _job.RunAsync(Writer(), "k,v", Rows(3000)), 0);
        AssertLists(2000);
    }

    [Fact]
    public async Task Rows_of_slots_that_are_ahead_of_the_rest_are_skipped()
    {
        var broken = await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(2000, at: 1030, happens: Fail));
        Assert.Equal(1000, broken.RowsWritten);

        // As if it had been killed when only some slots of the unit from 900 to 1000 were done: the others and their positions go back.
        var record = KeysOf("sluice:position:*").Single();
        _cluster.Command("HSET", record, "position", "900", "ahead", "1000");
        foreach (var key in Enumerable.Range(0, Keys).Where(k => k is >= 100 and < 150))
        {
            Assert.Equal((900 + key - 100).ToString(CultureInfo.InvariantCulture), _cluster.Command("RPOP", $"k{key}"));
            var slot = KeysOf("sluice:slot:*").Single(k => _cluster.Slot(k) == _cluster.Slot($"k{key}"));
            _cluster.Command("HSET", slot, "rows 0", "800");
        }

        AssertDone(await _job.RunAsync(Writer(more: "'batchSize':30,"), "k,v", Rows(2000)), 1050, skipped: 50);
        AssertLists(2000);
    }

    [Fact]
    public async Task A_refused_row_is_dirty_and_leaves_the_key_and_its_expiry_alone()
    {
        _cluster.Command("SET", "k3", "a string", "EX", "1000");
        var summary = await _job.RunAsync(Writer(more: "'batchSize':250,'expireTime':{'seconds':5000},"), "k,v", Rows(1000), "'errorLimit':{'record':'10'}");
        AssertDone(summary, 995, dirty: 5);
        Assert.Equal("a string", _cluster.Command("GET", "k3"));
        Assert.InRange((long)_cluster.Command("TTL", "k3")!, 1, 1000);
        Assert.InRange((long)_cluster.Command("TTL", "k4")!, 4000, 5000);
        Assert.Equal(5, _job.DirtyLines.Length);
    }

    [Theory]
    [InlineData("string")]
    [InlineData("set")]
    [InlineData("hash")]
    [InlineData("zset")]
    public async Task Other_modes_have_one_position_and_write_again_what_was_on_its_way(string type)
    {
        IEnumerable<object?[]> All(int at, Action? happens) => Rows(2000, at, happens).Select(row => type is "string" or "set" ? row : type == "hash" ? [row[0], "f", row[1]] : [row[0], row[1], "m"]);
        var columns = type is "string" or "set" ? "k,v" : "k,a,b";
        var broken = await _job.RunAsync(Writer(type, "'batchSize':100,"), columns, All(1030, Fail));
        Assert.Equal((JobStatus.Failed, 1000L), (broken.Status, broken.RowsWritten));
        Assert.Empty(KeysOf("sluice:slot:*"));

        var done = await _job.RunAsync(Writer(type, "'batchSize':100,"), columns, All(-1, null));
        Assert.Null(done.Error);
        Assert.InRange(done.RowsWritten, 1000, 1100);
        var dump = _cluster.Dump();
        for (var key = 0; key < Keys; key++)
        {
            var (last, all) = (1800 + key, Enumerable.Range(0, 10).Select(n => ((n * Keys) + key).ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(type switch
            {
                "string" => $"string: {last}",
                "hash" => $"hash: f={last}",
                "zset" => $"zset: m | {last}",
                _ => "set: " + string.Join(" | ", all.Order(StringComparer.Ordinal)),
            }, dump[$"k{key}"]);
        }

        AssertDone(await _job.RunAsync(Writer(type), columns, All(-1, null)), 0);
    }

    [Fact]
    public async Task A_slot_that_lost_what_it_had_acknowledged_ends_the_job_which_then_continues_exactly()
    {
        var lost = Array.Empty<string>();
        var broken = await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(2000, at: 1030, happens: () =>
        {
            // As after a failover to a replica that had not heard of the last two rows of k7.
            var slot = KeysOf("sluice:slot:*").Single(k => _cluster.Slot(k) == _cluster.Slot("k7"));
            lost = [(string)_cluster.Command("RPOP", "k7")!, (string)_cluster.Command("RPOP", "k7")!];
            _cluster.Command("HSET", slot, "rows 0", "500");
        }));
        Assert.Equal(["807", "607"], lost);
        Assert.Equal(JobStatus.Failed, broken.Status);
        Assert.Contains("the server has lost writes that it had acknowledged", broken.Error, StringComparison.Ordinal);

        var done = await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(2000));
        Assert.Null(done.Error);
        AssertLists(2000);
    }

    [Fact]
    public async Task A_loss_that_no_later_row_meets_is_found_at_the_end()
    {
        var broken = await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(1010, at: 1005, happens: () =>
        {
            var slot = KeysOf("sluice:slot:*").Single(k => _cluster.Slot(k) == _cluster.Slot("k150"));
            Assert.Equal("950", _cluster.Command("RPOP", "k150"));
            _cluster.Command("HSET", slot, "rows 0", "800");
        }));
        Assert.Equal(JobStatus.Failed, broken.Status);
        Assert.Contains("the server has lost writes that it had acknowledged", broken.Error, StringComparison.Ordinal);

        AssertDone(await _job.RunAsync(Writer(more: "'batchSize':100,"), "k,v", Rows(1010)), 1, skipped: 209);
        AssertLists(1010);
    }

    [Fact]
    public async Task A_restart_removes_the_positions_of_slots_and_refuses_what_is_none()
    {
        AssertDone(await _job.RunAsync(Writer(), "k,v", Rows(200)), 200);
        var all = KeysOf("sluice:*").Count();
        var key = KeysOf("sluice:slot:*").Order(StringComparer.Ordinal).First();
        _cluster.Command("DEL", key);
        _cluster.Command("SET", key, "somebody's");
        _job.Continuation = Continuation.Restart;
        var refused = await _job.RunAsync(Writer(), "k,v", Rows(200));
        Assert.Equal((JobStatus.Refused, 0L), (refused.Status, refused.RowsWritten));
        Assert.Contains($"the key '{key}' is where positions of this job are kept, and holds something else; rename it there", refused.Error, StringComparison.Ordinal);
        Assert.Equal("somebody's", _cluster.Command("GET", key));
        Assert.Equal(all, KeysOf("sluice:*").Count());

        _cluster.Command("DEL", key);
        AssertDone(await _job.RunAsync(Writer(), "k,v", Rows(200)), 200);
        Assert.Equal(2L, _cluster.Command("LLEN", "k0"));
    }

    [Fact]
    public async Task A_loss_in_a_split_that_was_done_by_then_is_found_as_well()
    {
        void Lose()
        {
            var slot = KeysOf("sluice:slot:*").Single(k => _cluster.Slot(k) == _cluster.Slot("k5"));
            Assert.Equal("5", _cluster.Command("RPOP", "k5"));
            _cluster.Command("HDEL", slot, "rows 0");
        }

        IEnumerable<object?[]> Second(Action? happens) => Rows(500, at: 400, happens: happens ?? (() => { })).Select(row => (object?[])["other", row[1]]);
        const string Setting = "'errorLimit':{'record':'0'},'speed':{'concurrent':1}";
        var broken = await _job.RunAsync(_job.Plan(Writer(more: "'batchSize':50,"), "k,v", Setting, Rows(100), Second(Lose)));
        Assert.Equal(JobStatus.Failed, broken.Status);
        Assert.Contains("the server has lost writes that it had acknowledged", broken.Error, StringComparison.Ordinal);
        Assert.Equal("0", $"{_cluster.Command("LLEN", "k5")}");

        AssertDone(await _job.RunAsync(_job.Plan(Writer(more: "'batchSize':50,"), "k,v", Setting, Rows(100), Second(null))), 1, skipped: 99);
        AssertLists(100);
        Assert.Equal(500L, _cluster.Command("LLEN", "other"));
    }
}
