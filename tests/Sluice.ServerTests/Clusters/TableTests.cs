using Sluice.Engine.Connectors;
using Sluice.ServerTests.RedisTables;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>Sink tables in a cluster hold what they hold in a single server (S-21 to S-25).</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class TableTests(RedisCluster cluster, RedisServer single)
{
    private static readonly Split s_split = new("s");
    private static readonly string[] s_kinds = ["+I", "+I", "+I", "+U", "-U", "-D"];

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "k")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "k, v")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "k")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "k, v")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k STRING, a STRING, b STRING", "k")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s INT, v STRING", "k")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s INT, v STRING", "k, v")]
    public async Task Every_mode_leaves_what_it_leaves_in_a_single_server(string mode, string columns, string primaryKey)
    {
        foreach (var (maxRows, expiration) in ((int, int)[])[(200, 0), (0, 0), (1000, 1_000_000)])
        {
            cluster.Flush();
            single.Command("FLUSHALL");
            foreach (var at in (string[])[$"'clusterMode'='true', 'hostAndPorts'='{cluster.Seeds}'", $"'port'='{single.Port}'"])
            {
                var random = new Random(maxRows);
                await using var table = new SinkTable(columns, primaryKey, $"{at}, {mode}, 'sink.buffer-flush.interval'='0', 'sink.buffer-flush.max-rows'='{maxRows}', 'expiration'='{expiration}'");
                var rows = Enumerable.Range(0, 3000).Select(i => $"{s_kinds[random.Next(6)]} k{random.Next(300)} {random.Next(9)}{(columns.Count(c => c == ',') == 2 ? $" {random.Next(9)}" : "")}").ToList();
                foreach (var batch in rows.Chunk(450))
                {
                    await table.WriteAsync(batch);
                }

                await table.FlushAsync();
                // A -U right before the +U that overwrites the same element is dropped (S-23).
                var (read, written, skipped, dirty, unknown) = table.Rows;
                Assert.Equal((3000L, 3000L, 0L, 0L), (read, written + skipped, dirty, unknown));
                Assert.Equal(0, table.Books.Retries);
            }

            var expected = RedisDump.Of(single);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, cluster.Dump());
        }
    }

    [Theory]
    [InlineData("STRING", 0)]
    [InlineData("LIST", 0)]
    [InlineData("LIST", 1_000_000)]
    [InlineData("SET", 1_000_000)]
    public async Task Slots_may_move_while_rows_come_and_positions_wait_for_all_nodes(string mode, int expiration)
    {
        cluster.Flush();
        await using var table = new SinkTable("k STRING, v STRING", "k", $"'mode'='{mode}', 'clusterMode'='true', 'hostAndPorts'='{cluster.Seeds}', 'expiration'='{expiration}'");
        var slots = Enumerable.Range(0, 50).Select(i => cluster.Slot($"k{i}")).ToArray();
        var moving = Task.Run(async () =>
        {
            for (var move = 0; move < 20; move++)
            {
                var from = cluster.OwnerOf(slots[move % 5]);
                await cluster.MoveAsync(slots[move % 5], from, cluster.CurrentPrimaries.First(n => n != from));
            }
        });
        var written = 0;
        for (var more = 20; more > 0; more -= moving.IsCompleted ? 1 : 0)
        {
            var rows = table.Batch(Enumerable.Range(written, 300).Select(i => $"+I k{i % 50} {i}"));
            written += 300;
            (rows.Split, rows.End) = (s_split, new Position(written));
            await table.WriteAsync(rows);
            Assert.InRange(table.Positions.Of(s_split)?.Ordinal ?? 0, 0, table.Books.Written);
        }

        await moving;
        await table.FlushAsync();
        Assert.Equal((written, written, 0, 0, 0), table.Rows);
        Assert.Equal(written, table.Positions.Of(s_split)!.Value.Ordinal);
        Assert.True(table.Books.Retries > 0);
        var expected = Enumerable.Range(0, 50).ToDictionary(key => $"k{key}", key => Enumerable.Range(0, written).Where(i => i % 50 == key).Select(i => $"{i}").ToList());
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), cluster.Dump().Keys);
        foreach (var (key, content) in cluster.Dump())
        {
            var values = mode switch
            {
                "STRING" => [expected[key][^1]],
                "LIST" => Enumerable.Reverse(expected[key]),
                _ => expected[key].Order(StringComparer.Ordinal),
            };
            Assert.Equal($"{mode.ToLowerInvariant()}{(expiration > 0 ? ", expires" : "")}: {string.Join(" | ", values)}", content);
        }
    }
}
