using System.Globalization;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27, S-27c: where a stream into a cluster begins, what each mode holds after kills, and rows that are refused.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class StreamModeTests : IClassFixture<KafkaBroker>
{
    private readonly RedisCluster _cluster;
    private readonly KafkaBroker _broker;

    public StreamModeTests(RedisCluster cluster, KafkaBroker broker)
    {
        (_cluster, _broker) = (cluster, broker);
        _cluster.Flush();
    }

    private async Task<ClusterStream> StreamAsync(string topic)
    {
        var stream = new ClusterStream(_cluster, _broker, topic);
        await stream.CreateAsync();
        return stream;
    }

    private IEnumerable<string> KeysOf(string pattern) => _cluster.CurrentPrimaries.SelectMany(node => ((object?[])node.Command("KEYS", pattern)!).Cast<string>());

    [Fact]
    public async Task What_is_stored_comes_before_the_startup_mode()
    {
        var stream = await StreamAsync("early");
        await stream.WriteScriptAsync(ClusterStream.Bounded);
        for (var round = 0; round < 3; round++)
        {
            await stream.ProduceAsync(200);
            var run = await stream.RunAsync();
            Assert.Equal(200 * ClusterStream.Partitions, run.Json.GetProperty("rowsWritten").GetInt64());
            stream.AssertLists();
        }
    }

    [Theory]
    [InlineData("LIST")]
    [InlineData("SET")]
    public async Task The_offset_at_which_latest_began_is_kept_although_only_a_part_of_the_first_unit_was_written(string mode)
    {
        var topic = $"late-{mode}";
        var stream = await StreamAsync(topic);
        await stream.ProduceAsync(100);
        await stream.WriteScriptAsync("'scan.startup.mode' = 'latest-offset',", "SET 'parallelism.default' = '4';", mode);

        // A node that has no records takes no rows: first units reach the slots of the other two only.
        var refusing = _cluster.CurrentPrimaries.First(n => n != _cluster.OwnerOf(_cluster.Slot($"sluice:job:{topic}/r")));
        refusing.Command("CONFIG", "SET", "min-replicas-to-write", "5");
        try
        {
            using var first = stream.Start();
            for (var tries = 0; KeysOf("sluice:position:*").Count() < ClusterStream.Partitions; tries++)
            {
                Assert.True(tries < 100, "there are no records");
                await stream.ProduceAsync(100);
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }

            await stream.ReachAsync(1);
            await first.SignalAsync("KILL");
            await first.EndAsync();
        }
        finally
        {
            refusing.Command("CONFIG", "SET", "min-replicas-to-write", "0");
        }

        var began = Enumerable.Range(0, ClusterStream.Partitions)
            .Select(partition => KeysOf("sluice:position:*").Single(key => key.EndsWith($"partition {partition}", StringComparison.Ordinal)))
            .Select(key => int.Parse((string)_cluster.Command("HGET", key, "position")!, CultureInfo.InvariantCulture)).ToArray();
        Assert.All(began, offset => Assert.InRange(offset, 100, (stream.Produced / ClusterStream.Partitions) - 1));
        Assert.InRange(await stream.LengthAsync(), 1, stream.Produced - began.Sum() - 1);

        await stream.ProduceAsync(100);
        using var second = stream.Start();
        await stream.ReachAsync(stream.Produced - began.Sum());
        await second.SignalAsync("TERM");
        var end = await second.EndAsync();
        Assert.True(end.ExitCode == 143, end.ToString());
        (mode == "LIST" ? (Action<int[]>)stream.AssertLists : stream.AssertSets)(began);
    }

    [Theory]
    [InlineData("STRING", "k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED", "v")]
    [InlineData("SET", "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "v")]
    [InlineData("HASHMAP", "k STRING, f STRING, v STRING, PRIMARY KEY (k, f) NOT ENFORCED", "'f', v")]
    [InlineData("SORTEDSET", "k STRING, s DOUBLE, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "CAST(SPLIT_INDEX(v, '-', 1) AS DOUBLE), 'm'")]
    public async Task Modes_that_may_write_again_need_the_records_only(string mode, string columns, string values)
    {
        var stream = await StreamAsync($"mode-{mode}");
        await stream.WriteScriptAsync(ClusterStream.Bounded, "", mode, columns, values);
        await stream.ProduceAsync(5000);
        for (var kills = 0; kills < 2; kills++)
        {
            using var process = stream.Start();
            await RedisCluster.UntilAsync(() => KeysOf("l*").Any());
            await process.SignalAsync("KILL");
            await process.EndAsync();
        }

        await stream.RunAsync();
        Assert.Empty(KeysOf("sluice:slot:*"));
        var dump = _cluster.Dump();
        for (var partition = 0; partition < ClusterStream.Partitions; partition++)
        {
            for (var list = 0; list < ClusterStream.Lists; list++)
            {
                var key = ClusterStream.ListOf(partition, list);
                var all = Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"{key}-{(i * ClusterStream.Lists) + list}")).ToList();
                Assert.Equal(mode switch
                {
                    "STRING" => $"string: {all[^1]}",
                    "SET" => "set: " + string.Join(" | ", all.Order(StringComparer.Ordinal)),
                    "HASHMAP" => $"hash: f={all[^1]}",
                    _ => $"zset: m | {4900 + list}",
                }, dump[key]);
            }
        }

        var again = (await stream.RunAsync()).Json;
        Assert.Equal((0L, 0L), (again.GetProperty("rowsRead").GetInt64(), again.GetProperty("rowsWritten").GetInt64()));
    }

    [Theory]
    [InlineData("LIST", "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "v", "LLEN")]
    [InlineData("SET", "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", "v", "SCARD")]
    public async Task Rows_that_are_refused_are_dirty_once_and_the_positions_still_advance(string mode, string columns, string values, string length)
    {
        var stream = await StreamAsync($"refused-{mode}");
        await stream.WriteScriptAsync(ClusterStream.Bounded, "SET 'sluice.dirty-records.limit' = '1000'; SET 'parallelism.default' = '2';", mode, columns, values, "'expiration' = '1000000'");
        await stream.ProduceAsync(3000);
        var (bad, good) = (ClusterStream.ListOf(2, 7), ClusterStream.ListOf(2, 8));
        _cluster.Command("SET", bad, "a string");
        var run = (await stream.RunAsync()).Json;
        Assert.Equal((11_970L, 30L), (run.GetProperty("rowsWritten").GetInt64(), run.GetProperty("rowsDirty").GetInt64()));
        Assert.Equal(("a string", -1L, 30L), (_cluster.Command("GET", bad), _cluster.Command("TTL", bad), _cluster.Command(length, good)));
        Assert.InRange((long)_cluster.Command("TTL", good)!, 1, 1000);
        Assert.All(KeysOf("sluice:position:*"), key => Assert.Equal("3000", _cluster.Command("HGET", key, "position")));
        Assert.Equal(ClusterStream.Partitions, KeysOf("sluice:position:*").Count());

        Assert.Equal(0, (await stream.RunAsync()).Json.GetProperty("rowsRead").GetInt64());

        var anew = (await stream.RunAsync("--restart")).Json;
        Assert.Equal((11_970L, 30L), (anew.GetProperty("rowsWritten").GetInt64(), anew.GetProperty("rowsDirty").GetInt64()));
        Assert.Equal(mode == "LIST" ? 60L : 30L, _cluster.Command(length, good));
    }

    /// <summary>S-23: the key alone is deleted with all it has, an element by itself.</summary>
    [Theory]
    [InlineData("k", "")]
    [InlineData("k", "'expiration' = '1000000'")]
    [InlineData("k, v", "")]
    [InlineData("k, v", "'expiration' = '1000000'")]
    public async Task Changes_of_a_list_are_each_applied_once(string primaryKey, string expiration)
    {
        const int Count = 6000;
        var topic = $"changes{primaryKey.Length}{expiration.Length}";
        var stream = await StreamAsync(topic);
        await stream.WriteTextAsync($"""
            SET 'pipeline.name' = '{topic}';
            CREATE TABLE t (k STRING, v STRING) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{_broker.Address}', {ClusterStream.Bounded}
              'format' = 'debezium-json');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY ({primaryKey}) NOT ENFORCED) {stream.Sink("LIST", expiration)};
            INSERT INTO r SELECT k, v FROM t;
            """);
        var lists = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        for (var partition = 0; partition < ClusterStream.Partitions; partition++)
        {
            var (of, random) = (partition, new Random(partition));
            await _broker.ProduceAsync(topic, partition, Enumerable.Range(0, Count).Select(i => Change(random, ClusterStream.ListOf(of, random.Next()), lists, primaryKey == "k")).ToList());
        }

        for (var kills = 0; kills < 3; kills++)
        {
            var before = await stream.LengthAsync();
            using var process = stream.Start();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            while (await stream.LengthAsync() == before && !limit.IsCancellationRequested)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            await process.SignalAsync("KILL");
            await process.EndAsync();
        }

        await stream.RunAsync();
        var dump = _cluster.Dump();
        var expires = expiration.Length > 0 ? ", expires" : "";
        Assert.Equal(
            lists.Where(list => list.Value.Count > 0).Select(list => (list.Key, $"list{expires}: {string.Join(" | ", list.Value)}")).OrderBy(list => list.Key, StringComparer.Ordinal),
            dump.Where(key => key.Key[0] == 'l').Select(key => (key.Key, key.Value)));
        Assert.Equal(0, (await stream.RunAsync()).Json.GetProperty("rowsRead").GetInt64());
    }

    /// <summary>A message, and what it leaves in the lists. Elements come more than once, so that to remove one twice would show.</summary>
    private static string Change(Random random, string key, Dictionary<string, List<string>> lists, bool byKey)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        var (before, after) = ($"v{random.Next(4)}", $"v{random.Next(4)}");
        var op = random.Next(10) switch { < 5 => "c", < 8 => "u", _ => "d" };
        if (op != "c" && byKey)
        {
            list.Clear();
        }
        else if (op != "c")
        {
            list.Remove(before);
        }

        if (op != "d")
        {
            list.Insert(0, after);
        }

        string Row(string value) => $$"""{"k":"{{key}}","v":"{{value}}"}""";
        return $$"""{"before":{{(op == "c" ? "null" : Row(before))}},"after":{{(op == "d" ? "null" : Row(after))}},"op":"{{op}}"}""";
    }
}
