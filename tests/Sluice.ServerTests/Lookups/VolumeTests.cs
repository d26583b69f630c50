using System.Globalization;
using System.Text;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>Large values, many keys, and many reads at a time.</summary>
[Collection(RedisCollection.Name)]
public sealed class VolumeTests(RedisServer redis)
{
    private DimensionTable Table(string columns, string options, int? port = null) => new(columns, "k", $"'port'='{port ?? redis.Port}', {options}");

    private void Fill(string prefix, int from, int to)
    {
        using var connection = redis.Connect();
        for (var start = from; start < to; start += 1000)
        {
            connection.Command([.. Enumerable.Range(start, Math.Min(1000, to - start)).SelectMany(i => new[] { $"{prefix}{i}", $"v{i}" }).Prepend("MSET").Select(Encoding.UTF8.GetBytes)]);
        }
    }

    [Fact]
    public async Task A_value_may_be_much_larger_than_a_buffer()
    {
        var large = new string('x', 5_000_000) + "!";
        redis.Command("SET", "vl:large", large);
        redis.Command("SET", "vl:small", "s");
        await using var table = Table("k STRING, v STRING", "'key-prefix'='vl:'");
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(["s", "-", large], await table.FindAsync("small", "none", "large"));
        }
    }

    [Fact]
    public async Task A_list_may_have_very_many_elements()
    {
        using (var connection = redis.Connect())
        {
            for (var start = 0; start < 100_000; start += 10_000)
            {
                connection.Command([.. Enumerable.Range(start, 10_000).Select(i => $"e{i}").Prepend("vl:list").Prepend("RPUSH").Select(Encoding.UTF8.GetBytes)]);
            }
        }

        await using var table = Table("k STRING, v TEXTS", "'mode'='LIST'");
        Assert.Equal(["-", $"[{string.Join(", ", Enumerable.Range(0, 100_000).Select(i => $"e{i}"))}]"], await table.FindAsync("vl:none", "vl:list"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(10_000)]
    public async Task A_batch_may_have_any_number_of_keys(int keys)
    {
        Fill("vk:", 0, keys);
        redis.Command([.. (string[])["HSET", "vk-hash"], .. Enumerable.Range(0, keys).SelectMany(i => new[] { $"{i}", $"h{i}" })]);
        await using var strings = Table("k STRING, v STRING", "'key-prefix'='vk:'");
        await using var fields = Table("k STRING, v STRING", "'hashName'='vk-hash'");

        // Every third key is not there.
        string[] asked = [.. Enumerable.Range(0, keys).Select(i => i % 3 == 2 ? $"no{i}" : $"{i}")];
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(asked.Select(k => k[0] == 'n' ? "-" : "v" + k), await strings.FindAsync(asked));
            Assert.Equal(asked.Select(k => k[0] == 'n' ? "-" : "h" + k), await fields.FindAsync(asked));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public async Task Reads_may_overlap_and_replies_come_in_pieces(int pieceBytes)
    {
        Fill("vo:", 0, 2000);
        await using var proxy = new TcpProxy(redis.Port) { PieceBytes = pieceBytes == 0 ? 1 << 16 : pieceBytes };
        await using var table = Table("k STRING, v STRING", "'key-prefix'='vo:'", proxy.Port);
        for (var round = 0; round < 3; round++)
        {
            var reads = Enumerable.Range(0, 10).Select(batch =>
            {
                string[] keys = [.. Enumerable.Range(0, 200).Select(i => (i * 10) + batch).Select(i => i.ToString(CultureInfo.InvariantCulture)), "none"];
                return (Keys: keys, Rows: table.FindAsync(keys));
            }).ToList();
            foreach (var (keys, rows) in reads)
            {
                Assert.Equal(keys.Select(k => k == "none" ? "-" : "v" + k), await rows);
            }
        }

        Assert.Equal(1, proxy.Accepted);
    }
}
