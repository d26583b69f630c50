using System.Globalization;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Users who may do what the documentation asks for and no more, and users who may do less.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class AclTests : IDisposable
{
    /// <summary>For any mode; what it writes with comes behind it.</summary>
    private const string ExactlyOnceInCluster = "~sluice:* ~k* +cluster|slots +asking +watch +unwatch +multi +exec +hgetall +hget +hset +hdel +del +pexpire +type +eval +evalsha ";

    private const string Login = "'username'='limited', 'password'='pw'";

    private readonly RedisCluster _cluster;
    private readonly RedisServer _single;
    private readonly WriterJob _job = new();

    public AclTests(RedisCluster cluster, RedisServer single)
    {
        (_cluster, _single) = (cluster, single);
        _cluster.Flush();
        _single.Command("FLUSHALL");
    }

    public void Dispose()
    {
        _job.Dispose();
        foreach (var node in _cluster.Nodes.Append(_single))
        {
            node.Command("ACL", "DELUSER", "limited");
        }
    }

    private void Allow(string rights)
    {
        foreach (var node in _cluster.Nodes.Append(_single))
        {
            node.Command(["ACL", "SETUSER", "limited", "reset", "on", ">pw", .. rights.Split(' ')]);
        }
    }

    private string AtCluster => $"'clusterMode':true,'hostAndPorts':'{_cluster.Seeds}','keyIndexes':0,'username':'limited','password':'pw'";

    private static IEnumerable<object?[]> Rows(int count) => Enumerable.Range(0, count).Select(i => (object?[])[$"k{i}", i.ToString(CultureInfo.InvariantCulture)]);

    private Task<DimensionTable> TableAsync(string options, Heard? told = null) =>
        ClusterKeys.TableAsync(_cluster, "k STRING, v STRING", "k", $"'mode'='STRING', 'key-prefix'='k', {Login}, {options}", told: told);

    [Fact]
    public async Task Without_the_right_to_the_slot_map_nothing_begins_and_the_command_is_named()
    {
        Allow("~* +@all -cluster");
        var summary = await _job.RunAsync(AtCluster, "k,v", Rows(3));
        Assert.Equal((JobStatus.Refused, 0L), (summary.Status, summary.RowsWritten));
        AssertNamed(summary.Error, "cluster|slots");
        await using var sink = new SinkTable("k STRING, v STRING", "k", $"'mode'='STRING', 'clusterMode'='true', 'hostAndPorts'='{_cluster.Seeds}', {Login}");
        AssertNamed((await Assert.ThrowsAsync<RefusedException>(sink.OpenAsync)).Message, "cluster|slots");
        AssertNamed((await Assert.ThrowsAsync<RefusedException>(() => TableAsync("'cache'='None'"))).Message, "cluster|slots");
    }

    [Fact]
    public async Task Without_the_right_to_the_nodes_a_tracked_or_whole_table_is_refused_before_the_first_row()
    {
        Allow("~* +@all -cluster +cluster|slots");
        await using (var plain = await TableAsync("'cache'='None'"))
        {
            Assert.Equal(["-"], await plain.FindAsync("1"));
        }

        AssertNamed((await Assert.ThrowsAsync<RefusedException>(() => TableAsync("'cache'='LRU', 'cacheTracking'='true'"))).Message, "cluster|nodes");
        await using var whole = await TableAsync("'cache'='ALL'");
        AssertNamed((await Assert.ThrowsAsync<RefusedException>(() => whole.LoadAsync(new Content()))).Message, "cluster|nodes");
    }

    [Fact]
    public async Task The_rights_that_are_documented_are_enough_for_lookups_in_a_cluster()
    {
        var keys = new ClusterKeys(_cluster);
        var names = Enumerable.Range(0, 30).Select(i => $"{i}").ToArray();
        foreach (var name in names)
        {
            keys.Command("SET", "k" + name, "v" + name);
        }

        Allow("~k* +mget +get +type +cluster|slots");
        await using (var plain = await TableAsync("'cache'='None'"))
        {
            Assert.Equal(names.Select(n => "v" + n), await plain.FindAsync(names));
        }

        Allow("~k* +mget +get +type +hello +client|tracking +cluster|slots +cluster|nodes");
        var heard = new Heard();
        await using (var tracked = await TableAsync("'cache'='LRU', 'cacheTracking'='true'", heard))
        {
            Assert.Equal(names.Select(n => "v" + n), await tracked.FindAsync(names));
            keys.Command("SET", "k7", "other");
            Assert.Equal("7", await heard.NextAsync(0));
        }

        Allow("~k* +mget +get +type +scan +cluster|slots +cluster|nodes");
        await using var whole = await TableAsync("'cache'='ALL'");
        var content = new Content();
        await whole.LoadAsync(content);
        Assert.Equal(30, content.Count);
    }

    [Fact]
    public async Task The_right_to_the_slot_map_and_to_the_commands_of_the_mode_is_enough_to_write()
    {
        Allow("~k* +set +cluster|slots");
        var summary = await _job.RunAsync(AtCluster, "k,v", Rows(1000));
        Assert.Null(summary.Error);
        Assert.Equal(1000, _cluster.Dump().Count);

        _cluster.Flush();
        await using var sink = new SinkTable("k STRING, v STRING", "k", $"'mode'='STRING', 'clusterMode'='true', 'hostAndPorts'='{_cluster.Seeds}', {Login}");
        await sink.ApplyAsync(Enumerable.Range(0, 100).Select(i => $"+I k{i} {i}"));
        Assert.Equal(100, _cluster.Dump().Count);
    }

    [Theory]
    [InlineData("string", "+set +mset")]
    [InlineData("list", "+rpush")]
    [InlineData("set", "+sadd")]
    [InlineData("hash", "+hset")]
    public async Task The_rights_that_are_documented_are_enough_for_exactly_once(string type, string commands)
    {
        Allow("~sluice:* ~k* +watch +unwatch +multi +exec +hgetall +hmget +hget +hset +del +pexpire +type +eval " + commands);
        var writer = $"'host':'127.0.0.1','port':{_single.Port},'keyIndexes':0,'username':'limited','password':'pw','deliveryGuarantee':'exactly-once','batchSize':100,'writeMode':{{'type':'{type}'}}";
        var rows = type == "hash" ? Rows(1000).Select(r => (object?[])[r[0], "f", r[1]]) : Rows(1000);
        var columns = type == "hash" ? "k,f,v" : "k,v";
        var broken = await _job.RunAsync(writer, columns, rows.Select((r, i) => i < 500 ? r : throw new InvalidDataException("the source broke off")));
        Assert.Equal((JobStatus.Failed, 500L), (broken.Status, broken.RowsWritten));
        Assert.Contains("the source broke off", broken.Error, StringComparison.Ordinal);
        var summary = await _job.RunAsync(writer, columns, rows.Select((r, i) =>
        {
            if (i == 800)
            {
                // A unit whose reply is lost is looked for.
                _single.Command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            }

            return r;
        }));
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, 500L), (summary.Status, summary.RowsWritten));
        Assert.Equal(1000, ((object?[])_single.Command("KEYS", "k*")!).Length);
    }

    [Theory]
    [InlineData("list", "+rpush")]
    [InlineData("hash", "+hset")]
    public async Task The_rights_that_are_documented_are_enough_for_exactly_once_in_a_cluster(string type, string commands)
    {
        Allow(ExactlyOnceInCluster + commands);
        var writer = AtCluster + $",'deliveryGuarantee':'exactly-once','batchSize':100,'writeMode':{{'type':'{type}'}}";
        var rows = type == "hash" ? Rows(1000).Select(r => (object?[])[r[0], "f", r[1]]) : Rows(1000);
        var columns = type == "hash" ? "k,f,v" : "k,v";
        var broken = await _job.RunAsync(writer, columns, rows.Select((r, i) => i < 500 ? r : throw new InvalidDataException("the source broke off")));
        Assert.Equal((JobStatus.Failed, 500L), (broken.Status, broken.RowsWritten));
        Assert.Contains("the source broke off", broken.Error, StringComparison.Ordinal);
        var summary = await _job.RunAsync(writer, columns, rows);
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, 500L), (summary.Status, summary.RowsWritten));
        _job.Continuation = Continuation.Restart;
        var again = await _job.RunAsync(writer, columns, rows);
        Assert.Null(again.Error);
        Assert.Equal((JobStatus.Succeeded, 1000L), (again.Status, again.RowsWritten));
        Assert.Equal(1000, _cluster.Dump().Keys.Count(key => key.StartsWith('k')));
    }

    [Theory]
    [InlineData("evalsha")]
    [InlineData("eval")]
    public async Task Without_the_right_to_the_scripts_nothing_is_written_exactly_once(string missing)
    {
        Allow(ExactlyOnceInCluster + "+rpush -" + missing);
        var summary = await _job.RunAsync(AtCluster + ",'deliveryGuarantee':'exactly-once','batchSize':100,'writeMode':{'type':'list'}", "k,v", Rows(3));
        Assert.Equal((JobStatus.Refused, 0L), (summary.Status, summary.RowsWritten));
        AssertNamed(summary.Error, missing);
        Assert.Empty(_cluster.Dump());
    }

    [Theory]
    [InlineData("list", "+rpush +eval +expire", "'expireTime':60")]
    [InlineData("set", "+sadd", "")]
    [InlineData("set", "+sadd +eval +type +del", "overwrites")]
    [InlineData("zset", "+zadd +eval +type +del +dump +pttl +restore", "overwrites")]
    [InlineData("string", "+mset +set", "")]
    [InlineData("zset", "+zadd +eval +type +expire", "'expireTime':60")]
    [InlineData("hash", "+hset +expire", "'expireTime':60")]
    [InlineData("string", "+set", "'expireTime':60")]
    public async Task The_rights_that_are_documented_are_enough_for_a_mode(string type, string commands, string option)
    {
        var overwrites = option == "overwrites";
        Allow("~k* " + commands);
        if (overwrites)
        {
            _single.Command("SET", "k1", "of another type");
        }

        var writer = $"'host':'127.0.0.1','port':{_single.Port},'keyIndexes':0,'username':'limited','password':'pw',{(overwrites || option.Length == 0 ? "" : option + ",")}'writeMode':{{'type':'{type}'}}";
        var isPair = type is "zset" or "hash";
        var rows = isPair ? Rows(100).Select(r => (object?[])[r[0], r[1], "m"]) : Rows(100);
        var summary = await _job.RunAsync(writer, isPair ? "k,s,m" : "k,v", rows);
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, 100L), (summary.Status, summary.RowsWritten));
        Assert.Equal(type, _single.Command("TYPE", "k1"));
    }

    [Theory]
    [InlineData("LIST", "+lpush", "")]
    [InlineData("LIST", "+lpush +eval +pexpire", ", 'expiration'='60000'")]
    [InlineData("HASHMAP", "+hset", "")]
    public async Task The_rights_that_are_documented_are_enough_for_a_table(string mode, string commands, string option)
    {
        Allow("~k* " + commands);
        var hash = mode == "HASHMAP";
        await using var sink = new SinkTable(hash ? "k STRING, f STRING, v STRING" : "k STRING, v STRING", "k", $"'mode'='{mode}', 'port'='{_single.Port}', {Login}{option}");
        await sink.ApplyAsync(Enumerable.Range(0, 100).Select(i => $"+I k{i} {(hash ? "f " : "")}{i}"));
        Assert.Equal(100L, _single.Command("DBSIZE"));
    }

    [Theory]
    [InlineData("'type':'set'", "", "+eval +sadd +del")]
    [InlineData("'type':'list'", "'expireTime':60,", "+eval +rpush")]
    [InlineData("'type':'list'", "'expireTime':60,", "+eval +expire")]
    [InlineData("'type':'list'", "'expireTime':60,'deliveryGuarantee':'exactly-once',", "+eval +rpush ~sluice:* +watch +unwatch +multi +exec +hgetall +hmget +hget +hset +del +pexpire +discard")]
    public async Task What_a_script_may_not_do_ends_the_job_whatever_the_limit_of_dirty_records(string mode, string more, string rights)
    {
        Allow("~k* " + rights);
        _single.Command("SET", "k1", "of another type");
        var summary = await _job.RunAsync(
            $"'host':'127.0.0.1','port':{_single.Port},'keyIndexes':0,'username':'limited','password':'pw',{more}'writeMode':{{{mode}}}", "k,v", Rows(3), "'errorLimit':{'record':'100'}");
        Assert.NotEqual(JobStatus.Succeeded, summary.Status);
        Assert.Contains("this user may not do what the job needs; let it (ACL SETUSER): what the scripts of the job call", summary.Error, StringComparison.Ordinal);
        Assert.Equal("of another type", _single.Command("GET", "k1"));
    }

    private static void AssertNamed(string? message, string command)
    {
        Assert.Contains("redis 127.0.0.1:", message, StringComparison.Ordinal);
        Assert.Contains("this user may not do what the job needs; let it (ACL SETUSER)", message, StringComparison.Ordinal);
        Assert.Contains($"'{command}' command", message, StringComparison.Ordinal);
    }

    /// <summary>How many rows a load has brought.</summary>
    private sealed class Content : ITableLoad
    {
        public int Count { get; private set; }

        public void Add(KeyBatch keys, FoundRows found) => Count += Enumerable.Range(0, keys.Count).Count(found.Has);
    }
}
