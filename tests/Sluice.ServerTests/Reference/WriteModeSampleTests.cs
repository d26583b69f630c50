using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Reference;

/// <summary>The samples of the reference's table of write modes, and what it says about each.</summary>
public sealed class WriteModeSampleTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, k VARCHAR(9), a VARCHAR(9), b VARCHAR(9)); INSERT INTO t VALUES (1, 'k1', '1.5', 'x'), (2, 'k1', '2', 'y'), (3, 'k2', '-3e2', 'z')";
    private const string Reader = """ "table": "t", "column": ["k", "a", "b"], "splitPk": "" """;

    [Fact]
    public async Task String_set_overwrites_and_joins_the_values()
    {
        Redis.Command("RPUSH", "k2", "old");
        await MovesAsync(await FolderAsync("""{ "type": "string", "mode": "set", "valueFieldDelimiter": "\u0001" }"""), 3);
        Assert.Equal("2\u0001y", Get("k1"));
        Assert.Equal("-3e2\u0001z", Get("k2"));
    }

    [Theory]
    [InlineData("lpush", "2\u0001y", "1.5\u0001x")]
    [InlineData("rpush", "1.5\u0001x", "2\u0001y")]
    public async Task List_pushes_to_the_left_or_to_the_right_and_again_in_a_second_run(string mode, params string[] expected)
    {
        var folder = await FolderAsync($$"""{ "type": "list", "mode": "{{mode}}", "valueFieldDelimiter": "\u0001" }""");
        await MovesAsync(folder, 3);
        Assert.Equal(expected, Array("LRANGE", "k1", "0", "-1"));
        await MovesAsync(folder, 3);
        Assert.Equal([.. expected, .. expected], Array("LRANGE", "k1", "0", "-1"));
    }

    [Fact]
    public async Task Set_adds_members_and_overwrites_a_key_of_another_type()
    {
        Redis.Command("SET", "k1", "a text", "EX", "50");
        var folder = await FolderAsync("""{ "type": "set", "mode": "sadd", "valueFieldDelimiter": "\u0001" }""");
        await MovesAsync(folder, 3);
        await MovesAsync(folder, 3);
        Assert.Equal(["1.5\u0001x", "2\u0001y"], Array("SMEMBERS", "k1").Order(StringComparer.Ordinal));
        Assert.Equal(-1L, Redis.Command("TTL", "k1"));
    }

    [Fact]
    public async Task Sorted_set_takes_the_score_before_the_member_and_overwrites_a_key_of_another_type()
    {
        Redis.Command("SET", "k1", "a text");
        var folder = await FolderAsync("""{ "type": "zset", "mode": "zadd" }""");
        await MovesAsync(folder, 3);
        Assert.Equal(["x", "1.5", "y", "2"], Array("ZRANGE", "k1", "0", "-1", "WITHSCORES"));
        Assert.Equal("-300", Redis.Command("ZSCORE", "k2", "z"));
    }

    [Fact]
    public async Task Hash_takes_the_field_before_the_value_and_overwrites_a_key_of_another_type()
    {
        Redis.Command("SADD", "k1", "old");
        var folder = await FolderAsync("""{ "type": "hash", "mode": "hset" }""");
        await MovesAsync(folder, 3);
        Assert.Equal(["1.5", "x", "2", "y"], Array("HGETALL", "k1"));
        Assert.Equal("z", Redis.Command("HGET", "k2", "-3e2"));
    }

    [Fact]
    public async Task Without_a_write_mode_a_record_is_a_string()
    {
        await MovesAsync(await FolderAsync("null"), 3);
        Assert.Equal("-3e2\u0001z", Get("k2"));
    }

    private new async Task<JobFolder> FolderAsync(string writeMode)
    {
        var folder = await base.FolderAsync(Table);
        folder.Job(Reader, $""" "keyIndexes": 0, "writeMode": {writeMode} """);
        return folder;
    }
}
