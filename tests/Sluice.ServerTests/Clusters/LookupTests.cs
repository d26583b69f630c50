using Sluice.Engine.Errors;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Dimension tables in a cluster: rows are those of a single server, whichever nodes have them, also while slots move (S-28, S-31, S-31a).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class LookupTests
{
    private const int Keys = 600;

    private readonly RedisCluster _cluster;
    private readonly RedisServer _single;
    private readonly ClusterKeys _keys;

    public LookupTests(RedisCluster cluster, RedisServer single)
    {
        (_cluster, _single) = (cluster, single);
        _cluster.Flush();
        _keys = new ClusterKeys(cluster);
    }

    private Task<DimensionTable> TableAsync(string columns, string primaryKey, string options, string? asked = null) =>
        ClusterKeys.TableAsync(_cluster, columns, primaryKey, options, asked);

    private static IEnumerable<string> Names => Enumerable.Range(0, Keys).Select(i => $"{i}");

    [Theory]
    [InlineData("k STRING, v BIGINT", "'mode'='STRING'", null, "SET p:{0} {0}", "{0}")]
    [InlineData("k STRING, v STRING, w STRING", "'mode'='HASHMAP'", null, "HSET p:{0} v a{0} w b{0}", "a{0}|b{0}")]
    [InlineData("k STRING, v STRING, w STRING", "'mode'='HASHMAP'", "v", "HSET p:{0} w b{0}", "null")]
    [InlineData("k STRING, v TEXTS", "'mode'='LIST'", null, "RPUSH p:{0} b a{0} b", "[b, a{0}, b]")]
    [InlineData("k STRING, v TEXTS", "'mode'='SET'", null, "SADD p:{0} a{0}", "[a{0}]")]
    [InlineData("k STRING, v TEXTS", "'mode'='SORTEDSET'", null, "ZADD p:{0} 2 b 1 a{0}", "[a{0}, b]")]
    [InlineData("k STRING, v STRING", "'mode'='STRING'", "", "SET p:{0} {0}", "")]
    public async Task Each_structure_is_read_over_all_slots(string columns, string options, string? asked, string command, string row)
    {
        // Every third key has no row.
        foreach (var key in Enumerable.Range(0, Keys).Where(i => i % 3 != 0))
        {
            _keys.Command(string.Format(null, command, key).Split(' '));
        }

        Assert.Equal(3, Names.Select(k => _keys.OwnerOf($"p:{k}")).Distinct().Count());
        await using var table = await TableAsync(columns, "k", $"'key-prefix'='p:', {options}", asked);
        var expected = Enumerable.Range(0, Keys).Select(i => i % 3 == 0 ? "-" : string.Format(null, row, i));
        Assert.Equal(expected, await table.FindAsync(Names));
        Assert.Equal(expected.Take(1), await table.FindAsync("0"));
        Assert.Empty(await table.FindAsync());
        Assert.Equal(0, table.Books.Reconnects);
    }

    [Fact]
    public async Task Members_have_their_scores_and_one_hash_is_on_one_node()
    {
        for (var i = 0; i < Keys; i++)
        {
            _keys.Command("ZADD", $"z:{i}", $"{i}.5", $"m{i}");
            _keys.Command("HSET", "one", $"f{i}", $"{i}");
        }

        await using var scores = await TableAsync("k STRING, m STRING, s DOUBLE", "k, m", "'mode'='SORTEDSET', 'key-prefix'='z:'");
        Assert.Equal(Enumerable.Range(0, Keys).Select(i => i % 2 == 0 ? $"{i}.5" : "-"), await scores.FindAsync(DimensionTable.Pairs([.. Enumerable.Range(0, Keys).Select(i => ($"{i}", $"m{i - (i % 2)}"))])));
        await using var hash = await TableAsync("f STRING, v INT", "f", "'hashName'='one', 'key-prefix'='f'");
        Assert.Equal(Names.Append("-"), await hash.FindAsync([.. Names, "none"]));
    }

    [Fact]
    public async Task Hash_tags_keep_keys_together_also_where_the_prefix_opens_them()
    {
        for (var i = 0; i < 50; i++)
        {
            _keys.Command("SET", $"{{u:{i}}}:{i}", $"{i}");
        }

        await using var table = await TableAsync("k STRING, v STRING", "k", "'key-prefix'='{u:'");
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), await table.FindAsync(Enumerable.Range(0, 50).Select(i => $"{i}}}:{i}")));
    }

    [Fact]
    public async Task A_key_of_another_type_and_a_text_that_is_no_value_are_named_and_the_row_is_found()
    {
        for (var i = 0; i < 50; i++)
        {
            _keys.Command("SET", $"p:{i}", $"{i}");
        }

        _keys.Command("HSET", "p:h", "f", "v");
        _keys.Command("SET", "p:x", "abc");
        await using var table = await TableAsync("k STRING, v INT", "k", "'key-prefix'='p:'");
        var e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync([.. Names.Take(40), "h"]));
        Assert.Equal(40, e.Key);
        Assert.Contains("key 'p:h' holds a hash, and mode STRING reads a string", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync([.. Names.Take(45), "x"]));
        Assert.Equal(45, e.Key);
        Assert.Contains("column 'v' of key 'p:x' is 'abc' in Redis, which is no INT", e.Message, StringComparison.Ordinal);
        Assert.Equal(["7"], await table.FindAsync("7"));
    }

    [Fact]
    public async Task Keys_of_a_slot_on_the_move_are_found_where_they_are_at_the_first_attempt()
    {
        string[] names = ["{t}1", "{t}2", "{t}3", "other", "{t}none"];
        string[] rows = ["1", "2", "3", "x", "-"];
        foreach (var (name, row) in names.Zip(rows).Where(pair => pair.Second != "-"))
        {
            _keys.Command("SET", name, row);
            _keys.Command("HSET", "h:" + name, "v", row);
        }

        await using var strings = await TableAsync("k STRING, v STRING", "k", "'mode'='STRING'");
        await using var hashes = await TableAsync("k STRING, u STRING, v STRING", "k", "'mode'='HASHMAP', 'key-prefix'='h:'", asked: "v");
        await using var undeclared = await TableAsync("k STRING, u STRING, v STRING", "k", "'mode'='HASHMAP', 'key-prefix'='h:'", asked: "u");
        async Task AllAreFoundAsync()
        {
            Assert.Equal(rows, await strings.FindAsync(names));
            Assert.Equal(rows, await hashes.FindAsync(names));
            Assert.Equal(rows.Select(r => r == "-" ? "-" : "null"), await undeclared.FindAsync(names));
        }

        await AllAreFoundAsync();
        var slot = _cluster.Slot("{t}");
        var from = _cluster.OwnerOf(slot);
        var to = _cluster.CurrentPrimaries.First(n => n != from);
        var (fromId, toId) = ((string)from.Command("CLUSTER", "MYID")!, (string)to.Command("CLUSTER", "MYID")!);
        to.Command("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", fromId);
        from.Command("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", toId);
        from.Command("MIGRATE", "127.0.0.1", $"{to.Port}", "", "0", "30000", "KEYS", "{t}1", "h:{t}2");
        await AllAreFoundAsync();
        await _cluster.MoveAsync(slot, from, to);
        await AllAreFoundAsync();
        await AllAreFoundAsync();
    }

    [Fact]
    public async Task A_hash_that_is_the_table_is_followed()
    {
        for (var i = 0; i < Keys; i++)
        {
            _keys.Command("HSET", "one", $"{i}", $"{i}");
        }

        await using var table = await TableAsync("f STRING, v INT", "f", "'hashName'='one'");
        var slot = _cluster.Slot("one");
        for (var move = 0; move < 3; move++)
        {
            Assert.Equal(Names, await table.FindAsync(Names));
            var from = _cluster.OwnerOf(slot);
            await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.First(n => n != from));
        }

        Assert.Equal(Names, await table.FindAsync(Names));
    }

    [Fact]
    public async Task A_slot_that_nobody_serves_may_be_asked_for_again()
    {
        _keys.Command("SET", "k", "v");
        await using var table = await TableAsync("k STRING, v STRING", "k", "'mode'='STRING'");
        Assert.Equal(["v"], await table.FindAsync("k"));
        var slot = _cluster.Slot("k");
        var owner = _cluster.OwnerOf(slot);
        owner.Command("CLUSTER", "DELSLOTS", $"{slot}");
        try
        {
            await Assert.ThrowsAsync<EndpointException>(() => table.FindAsync("k"));
        }
        finally
        {
            owner.Command("CLUSTER", "ADDSLOTS", $"{slot}");
            await _cluster.HealthyAsync();
        }

        Assert.Equal(["v"], await AtLastAsync(() => table.FindAsync("k")));
    }

    [Fact]
    public async Task A_primary_that_is_killed_is_followed_by_its_replica()
    {
        foreach (var name in Names)
        {
            _keys.Command("SET", name, "v" + name);
        }

        var killed = _cluster.CurrentPrimaries[0];
        killed.Command("WAIT", "1", "30000");
        await using var table = await TableAsync("k STRING, v STRING", "k", "'mode'='STRING'");
        Assert.Equal(Names.Select(n => "v" + n), await table.FindAsync(Names));
        await _cluster.FailOverAsync(killed);
        await Assert.ThrowsAsync<EndpointException>(() => table.FindAsync(Names));
        Assert.Equal(Names.Select(n => "v" + n), await AtLastAsync(() => table.FindAsync(Names)));
        await killed.StartAsync();
        await _cluster.HealthyAsync();
        Assert.Equal(Names.Select(n => "v" + n), await AtLastAsync(() => table.FindAsync(Names)));
    }

    [Fact]
    public async Task A_single_server_and_a_cluster_are_not_taken_for_each_other()
    {
        await using var cluster = new DimensionTable("k STRING, v STRING", "k", $"'mode'='STRING', 'clusterMode'='true', 'port'='{_single.Port}'");
        Assert.Contains("not a node of a Redis Cluster", (await Assert.ThrowsAsync<ConfigException>(cluster.PrepareAsync)).Message, StringComparison.Ordinal);
        await using var single = new DimensionTable("k STRING, v STRING", "k", $"'mode'='STRING', 'port'='{_cluster.Nodes[0].Port}'");
        Assert.Contains("'clusterMode'", (await Assert.ThrowsAsync<ConfigException>(single.PrepareAsync)).Message, StringComparison.Ordinal);
    }

    /// <summary>Repeats what fails for a passing reason, as the engine does.</summary>
    private static async Task<T> AtLastAsync<T>(Func<Task<T>> attempt)
    {
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt();
            }
            catch (EndpointException e)
            {
                Assert.True(attempts < 300, e.Message);
                await Task.Delay(100);
            }
        }
    }
}
