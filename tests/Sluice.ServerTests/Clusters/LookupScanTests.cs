using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>A table that is read whole from all primaries of a cluster (S-30).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class LookupScanTests
{
    private const int Keys = 1500;

    private readonly RedisCluster _cluster;
    private readonly ClusterKeys _keys;

    public LookupScanTests(RedisCluster cluster)
    {
        _cluster = cluster;
        _cluster.Flush();
        _keys = new ClusterKeys(cluster);
    }

    private string Table(string columns, string key, string options) =>
        $"CREATE TABLE d ({columns}, PRIMARY KEY ({key}) NOT ENFORCED) WITH ('connector' = 'redis', 'clusterMode' = 'true', 'hostAndPorts' = '{_cluster.Seeds}', {options});\n";

    private static async Task<string[]> SelectAsync(string script)
    {
        var run = await SluiceProcess.RunInsideAsync(["sql", "-e", script, "--json"], _ => null);
        Assert.True(run.ExitCode == 0, run.ToString());
        return [.. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("\"status\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("k STRING, v STRING", "k", "'mode' = 'STRING'", "SET p:{0} a{0}", "'v':'a{0}'")]
    [InlineData("k STRING, v STRING, w STRING", "k", "'mode' = 'HASHMAP'", "HSET p:{0} v a{0}", "'v':'a{0}','w':null")]
    [InlineData("k STRING, v ARRAY<STRING>", "k", "'mode' = 'LIST'", "RPUSH p:{0} x a{0}", "'v':['x','a{0}']")]
    [InlineData("k STRING, m STRING, s INT", "k, m", "'mode' = 'SORTEDSET'", "ZADD p:{0} {0} m", "'m':'m','s':{0}")]
    public async Task The_rows_of_all_primaries_are_read_once_and_no_others(string columns, string key, string options, string command, string row)
    {
        for (var i = 0; i < Keys; i++)
        {
            _keys.Command(string.Format(null, command, i).Split(' '));
        }

        for (var i = 0; i < 20; i++)
        {
            _keys.Command("SADD", $"p:other{i}", "x");
            _keys.Command("SET", $"q:{i}", "x");
        }

        string Row(string prefix, int i) => $$"""{"k":"{{prefix}}{{i}}",{{string.Format(null, row, i).Replace('\'', '"')}}}""";
        Assert.Equal(
            Enumerable.Range(0, Keys).Select(i => Row("", i)).Order(StringComparer.Ordinal),
            await SelectAsync(Table(columns, key, options + ", 'key-prefix' = 'p:'") + "SELECT * FROM d"));

        // Without a prefix the types tell.
        if (!options.Contains("'STRING'", StringComparison.Ordinal))
        {
            Assert.Equal(
                Enumerable.Range(0, Keys).Select(i => Row("p:", i)).Order(StringComparer.Ordinal),
                await SelectAsync(Table(columns, key, options) + "SELECT * FROM d"));
        }
    }

    [Fact]
    public async Task One_hash_is_read_from_its_node()
    {
        for (var i = 0; i < Keys; i++)
        {
            _keys.Command("HSET", "one", $"{i}", $"{i}");
        }

        Assert.Equal(
            Enumerable.Range(0, Keys).Select(i => $$"""{"k":"{{i}}","v":{{i}}}""").Order(StringComparer.Ordinal),
            await SelectAsync(Table("k STRING, v INT", "k", "'hashName' = 'one'") + "SELECT * FROM d"));
    }

    [Theory]
    [InlineData("'cache' = 'ALL'")]
    [InlineData("'cache' = 'LRU'")]
    [InlineData("'cache' = 'LRU', 'cacheTracking' = 'true'")]
    [InlineData("'cache' = 'None', 'async' = 'true'")]
    public async Task A_join_finds_the_rows_of_all_primaries_whatever_is_kept(string cache)
    {
        for (var i = 0; i < 100; i++)
        {
            _keys.Command("SET", $"p:{i}", $"v{i}");
        }

        var values = string.Join(", ", Enumerable.Range(0, 110).Select(i => $"('{i}')"));
        Assert.Equal(
            Enumerable.Range(0, 110).Select(i => $$"""{"k":"{{i}}","v":{{(i < 100 ? $"\"v{i}\"" : "null")}}}""").Order(StringComparer.Ordinal),
            await SelectAsync(Table("k STRING, v STRING", "k", $"'key-prefix' = 'p:', {cache}")
                + $"SELECT x.k, v FROM (VALUES {values}) AS x(k) LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON x.k = d.k"));
    }

    [Fact]
    public async Task A_slot_that_is_on_the_move_ends_a_SELECT_with_what_to_do()
    {
        _keys.Command("SET", "p:1", "x");
        var slot = _cluster.Slot("p:1");
        var from = _cluster.OwnerOf(slot);
        var to = _cluster.CurrentPrimaries.First(n => n != from);
        var script = Table("k STRING, v STRING", "k", "'key-prefix' = 'p:'") + "SELECT * FROM d";
        from.Command("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", (string)to.Command("CLUSTER", "MYID")!);
        try
        {
            var run = await SluiceProcess.RunInsideAsync(["sql", "-e", script, "--json"], _ => null);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("slots of the cluster are on the move", run.Out, StringComparison.Ordinal);
        }
        finally
        {
            from.Command("CLUSTER", "SETSLOT", $"{slot}", "STABLE");
        }

        Assert.Equal(["""{"k":"1","v":"x"}"""], await SelectAsync(script));
    }

    [Theory]
    [InlineData("'mode'='STRING'", "p:")]
    [InlineData("'hashName'='one'", "")]
    public async Task A_slot_that_moves_while_a_table_is_read_fails_the_load_and_the_next_one_has_all_rows(string options, string prefix)
    {
        for (var i = 0; i < Keys; i++)
        {
            _keys.Command("SET", $"p:{i}", $"{i}");
            _keys.Command("HSET", "one", $"{i}", $"{i}");
        }

        await using var table = await ClusterKeys.TableAsync(_cluster, "k STRING, v STRING", "k", options + (prefix.Length > 0 ? $", 'key-prefix'='{prefix}'" : ""));
        var slot = _cluster.Slot(prefix.Length > 0 ? "p:1" : "one");
        var first = new Loaded(() =>
        {
            var from = _cluster.OwnerOf(slot);
            return _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.First(n => n != from));
        });
        await Assert.ThrowsAsync<EndpointException>(() => table.LoadAsync(first));
        var second = new Loaded(() => Task.CompletedTask);
        await table.LoadAsync(second);
        Assert.Equal(Keys, second.Names.Count);
    }

    /// <summary>Does something when the first rows are there, and then waits for it.</summary>
    private sealed class Loaded(Func<Task> happens) : ITableLoad
    {
        private bool _hasHappened;

        public HashSet<string> Names { get; } = [];

        public void Add(KeyBatch keys, FoundRows found)
        {
            if (!_hasHappened)
            {
                _hasHappened = true;
                Task.Run(happens).GetAwaiter().GetResult();
            }

            for (var i = 0; i < keys.Count; i++)
            {
                if (found.Has(i))
                {
                    Names.Add(System.Text.Encoding.UTF8.GetString(keys[i]));
                }
            }
        }
    }
}
