using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>What each structure of Redis gives as a dimension table (S-28, S-29, S-31).</summary>
[Collection(RedisCollection.Name)]
public sealed class ShapeTests(RedisServer redis)
{
    private DimensionTable Table(string columns, string primaryKey, string options, string? asked = null) =>
        new(columns, primaryKey, $"'port'='{redis.Port}', {options}", asked);

    [Fact]
    public async Task Strings_are_read_by_key_and_what_is_not_there_is_a_miss()
    {
        redis.Command("MSET", "st:a", "1", "st:b", "", "st:ü", "zwei\r\nZeilen");
        await using var table = Table("k STRING, v STRING", "k", "'key-prefix'='st', 'key-prefix-delimiter'=':'");
        Assert.Equal(["1", "-", "", "zwei\r\nZeilen"], await table.FindAsync("a", "x", "b", "ü"));
        Assert.Empty(await table.FindAsync());
    }

    [Fact]
    public async Task Strings_are_found_also_where_most_keys_of_the_batches_before_were_not()
    {
        redis.Command("MSET", "sm:a", "1", "sm:b", "2", "sm:c", "3");
        redis.Command("RPUSH", "sm:list", "x");
        await using var table = Table("k STRING, v STRING", "k", "'key-prefix'='sm:'");
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(["-", "-", "1", "-"], await table.FindAsync("x", "y", "a", "z"));
            Assert.Equal(["-"], await table.FindAsync("x"));
            var e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync("x", "list"));
            Assert.Contains("'sm:list' holds a list", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["1", "2", "3"], await table.FindAsync("a", "b", "c"));
        Assert.Equal(["1", "2", "3"], await table.FindAsync("a", "b", "c"));
    }

    [Theory]
    [InlineData("v STRING, k STRING", "'key-prefix'='sk:'")]
    [InlineData("v TEXTS, k STRING", "'mode'='list', 'key-prefix'='lk:'")]
    [InlineData("v TEXTS, k STRING", "'mode'='SET', 'key-prefix'='tk:'")]
    [InlineData("v TEXTS, k STRING", "'mode'='SortedSet', 'key-prefix'='zk:'")]
    [InlineData("v STRING, w STRING, k STRING", "'mode'='HASHMAP', 'key-prefix'='hk:'")]
    [InlineData("v STRING, k STRING", "'hashName'='onehash'")]
    public async Task A_table_of_which_no_column_is_wanted_still_tells_which_keys_it_has(string columns, string options)
    {
        redis.Command("SET", "sk:a", "");
        redis.Command("RPUSH", "lk:a", "1", "2");
        redis.Command("SADD", "tk:a", "1");
        redis.Command("ZADD", "zk:a", "1", "m");
        redis.Command("HSET", "hk:a", "w", "1");
        redis.Command("HSET", "hk:other", "undeclared", "1");
        redis.Command("HSET", "onehash", "a", "1");
        await using var table = Table(columns, "k", options, asked: "");
        Assert.Equal(["-", "", "-"], await table.FindAsync("b", "a", "other"));
    }

    [Fact]
    public async Task Fields_of_a_hash_may_be_missing_but_not_all()
    {
        redis.Command("HSET", "hm:1", "name", "Ann", "age", "33");
        redis.Command("HSET", "hm:2", "city", "Ulm");
        redis.Command("HSET", "hm:3", "other", "x");
        var columns = "id STRING, name STRING, age INT, city STRING";
        await using var table = Table(columns, "id", "'mode'='HASHMAP', 'key-prefix'='hm:'");
        Assert.Equal(["Ann|33|null", "null|null|Ulm", "-", "-"], await table.FindAsync("1", "2", "3", "4"));

        // Whether there is a row does not depend on which columns are wanted.
        await using var some = Table(columns, "id", "'mode'='hashmap', 'key-prefix'='hm:'", asked: "age, name");
        Assert.Equal(["-", "null|null", "33|Ann", "-"], await some.FindAsync("4", "2", "1", "3"));
    }

    [Theory]
    [InlineData("'hashName'='hn'")]
    [InlineData("'hashName'='hn', 'mode'='HashMap'")]
    public async Task One_hash_may_be_the_table(string options)
    {
        redis.Command("HSET", "hn", "a", "1", "p_a", "2", "p_b", "x");
        await using var plain = Table("f STRING, v STRING", "f", options);
        Assert.Equal(["-", "1", "x"], await plain.FindAsync("b", "a", "p_b"));
        await using var prefixed = Table("f STRING, v STRING", "f", options + ", 'key-prefix'='p', 'key-prefix-delimiter'='_'");
        Assert.Equal(["x", "2", "-"], await prefixed.FindAsync("b", "a", "c"));
        await using var none = Table("f STRING, v STRING", "f", "'hashName'='hn:none'");
        Assert.Equal(["-"], await none.FindAsync("a"));
    }

    [Fact]
    public async Task What_a_key_holds_may_be_an_array()
    {
        redis.Command("RPUSH", "co:list", "c", "a", "b", "a");
        redis.Command("SADD", "co:set", "x");
        redis.Command("ZADD", "co:zset", "3", "three", "-1", "minus", "2", "two");
        await using var list = Table("k STRING, v TEXTS", "k", "'mode'='LIST', 'key-prefix'='co:'");
        Assert.Equal(["[c, a, b, a]", "-"], await list.FindAsync("list", "none"));
        await using var set = Table("k STRING, v TEXTS", "k", "'mode'='SET', 'key-prefix'='co:'");
        Assert.Equal(["-", "[x]"], await set.FindAsync("none", "set"));
        await using var zset = Table("k STRING, v TEXTS", "k", "'mode'='SORTEDSET', 'key-prefix'='co:'");
        Assert.Equal(["[minus, two, three]", "-"], await zset.FindAsync("zset", "none"));
    }

    [Theory]
    [InlineData("DOUBLE", "1.5|0.1|-Infinity|1.0E20|-|-")]
    [InlineData("FLOAT", "1.5|0.1|-Infinity|1.0E20|-|-")]
    [InlineData("DECIMAL", "1.50|0.10|null|null|-|-")]
    [InlineData("BIGINT", "1|0|null|null|-|-")]
    [InlineData("INT", "1|0|null|null|-|-")]
    public async Task A_member_has_its_score(string type, string expected)
    {
        redis.Command("ZADD", "sc:z", "1.5", "a", "0.1", "b", "-inf", "c", "1e20", "d");
        await using var table = Table($"m STRING, s {type}, k STRING", "k, m", "'mode'='SORTEDSET', 'key-prefix'='sc:', 'lookup.ignore-parse-errors'='true'");
        var rows = await table.FindAsync(DimensionTable.Pairs(("z", "a"), ("z", "b"), ("z", "c"), ("z", "d"), ("z", "x"), ("y", "a")));
        Assert.Equal(expected, string.Join('|', rows));
        await using var none = Table($"m STRING, s {type}, k STRING", "k, m", "'mode'='SORTEDSET', 'key-prefix'='sc:'", asked: "");
        Assert.Equal(["", "-"], await none.FindAsync(DimensionTable.Pairs(("z", "a"), ("z", "x"))));
    }

    [Theory]
    [InlineData("BIGINT", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("BIGINT", "9007199254740992", "9007199254740992")]
    [InlineData("BIGINT", "1e18", "1000000000000000000")]
    [InlineData("INT", "-2.9", "-2")]
    [InlineData("DECIMAL", "0.30000000000000004", "0.30")]
    [InlineData("DECIMAL", "12345678.9", "12345678.90")]
    public async Task A_score_is_read_as_cast_reads_a_double(string type, string score, string value)
    {
        redis.Command("ZADD", "sd:z", score, "m");
        await using var table = Table($"k STRING, m STRING, s {type}", "k, m", "'mode'='SORTEDSET'");
        Assert.Equal([value], await table.FindAsync(DimensionTable.Pairs(("sd:z", "m"))));
    }

    [Fact]
    public async Task A_score_beyond_its_type_ends_the_job()
    {
        redis.Command("ZADD", "se:z", "inf", "m");
        await using var table = Table("k STRING, m STRING, s INT", "k, m", "'mode'='SORTEDSET'");
        var e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync(DimensionTable.Pairs(("se:z", "m"))));
        Assert.Contains("column 's' of key 'se:z' member 'm' is 'inf' in Redis, which is no INT", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_may_be_of_any_scalar_type()
    {
        redis.Command("HSET", "ty:1", "b", "yes", "i", " -5 ", "l", "9223372036854775807", "f", "1.5", "d", "1e3", "n", "12.345", "dt", "2024-02-29", "t", "12:34:56", "ts", "2024-02-29 01:02:03.456", "tz", "2024-02-29 01:02:03.456", "s", "");
        await using var table = Table("k STRING, b BOOLEAN, i INT, l BIGINT, f FLOAT, d DOUBLE, n DECIMAL, dt DATE, t TIME, ts TIMESTAMP, tz TIMESTAMP_LTZ, s STRING, by BYTES", "k", "'mode'='HASHMAP', 'key-prefix'='ty:'");
        Assert.Equal(["TRUE|-5|9223372036854775807|1.5|1000.0|12.35|2024-02-29|12:34:56|2024-02-29 01:02:03.456|2024-02-29 01:02:03.456||null"], await table.FindAsync("1"));
    }

    [Fact]
    public async Task A_text_that_is_no_value_ends_the_job_or_is_null()
    {
        redis.Command("HSET", "pe:7", "age", "abc", "name", "Ann");
        redis.Command("SET", "pe:s", new string('x', 300));
        await using var strict = Table("k STRING, name STRING, age INT", "k", "'mode'='HASHMAP', 'key-prefix'='pe:'");
        var e = await Assert.ThrowsAsync<DataException>(() => strict.FindAsync("7"));
        Assert.Equal("table 'sink': column 'age' of key 'pe:7' is 'abc' in Redis, which is no INT; mend it there, or read what is none as null with 'lookup.ignore-parse-errors' = 'true'", e.Message);

        await using var lenient = Table("k STRING, name STRING, age INT", "k", "'mode'='HASHMAP', 'key-prefix'='pe:', 'lookup.ignore-parse-errors'='true'");
        Assert.Equal(["Ann|null"], await lenient.FindAsync("7"));

        await using var text = Table("k STRING, v DOUBLE", "k", "'key-prefix'='pe:'");
        e = await Assert.ThrowsAsync<DataException>(() => text.FindAsync("s"));
        Assert.Contains(new string('x', 100) + "...' (300 bytes)", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k STRING, v STRING", "'mode'='STRING'", "wt:h", "holds a hash, and mode STRING reads a string")]
    [InlineData("k STRING, v STRING", "'mode'='HASHMAP'", "wt:s", "holds a string, and mode HASHMAP reads a hash")]
    [InlineData("k STRING, v TEXTS", "'mode'='LIST'", "wt:z", "holds a sorted set, and mode LIST reads a list")]
    [InlineData("k STRING, v TEXTS", "'mode'='SET'", "wt:l", "holds a list, and mode SET reads a set")]
    [InlineData("k STRING, v TEXTS", "'mode'='SORTEDSET'", "wt:t", "holds a set, and mode SORTEDSET reads a sorted set")]
    [InlineData("k STRING, v STRING", "'hashName'='wt:l'", "wt:l", "holds a list, and 'hashName' (one hash) reads a hash")]
    public async Task A_key_of_another_type_ends_the_job_and_is_named(string columns, string options, string key, string says)
    {
        redis.Command("HSET", "wt:h", "f", "v");
        redis.Command("SET", "wt:s", "v");
        redis.Command("DEL", "wt:l", "wt:z", "wt:t");
        redis.Command("RPUSH", "wt:l", "v");
        redis.Command("SADD", "wt:t", "v");
        redis.Command("ZADD", "wt:z", "1", "v");
        foreach (var asked in (string?[])[null, ""])
        {
            await using var table = Table(columns, "k", options, asked);
            var e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync("nothing", key));
            Assert.Contains($"key '{key}' {says}", e.Message, StringComparison.Ordinal);

            // The connection goes on.
            Assert.Equal(options.Contains("hashName", StringComparison.Ordinal), await Record.ExceptionAsync(() => table.FindAsync("nothing")) is DataException);
        }
    }

    [Fact]
    public async Task A_pair_of_another_type_is_named_too()
    {
        redis.Command("SET", "wp:s", "v");
        await using var table = Table("k STRING, m STRING, s DOUBLE", "k, m", "'mode'='SORTEDSET'");
        var e = await Assert.ThrowsAsync<DataException>(() => table.FindAsync(DimensionTable.Pairs(("wp:s", "m"))));
        Assert.Contains("key 'wp:s' holds a string, and mode SORTEDSET with PRIMARY KEY (key, value) reads a sorted set", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_the_one_that_is_asked_for()
    {
        using var other = redis.Connect();
        other.Command(["SELECT"u8.ToArray(), "3"u8.ToArray()]);
        other.Command(["SET"u8.ToArray(), "db:k"u8.ToArray(), "three"u8.ToArray()]);
        await using var table = Table("k STRING, v STRING", "k", "'dbNum'='3'");
        Assert.Equal(["three"], await table.FindAsync("db:k"));
        Assert.Equal($"redis 127.0.0.1:{redis.Port}/3", table.Lookup.Name);
        await using var zero = Table("k STRING, v STRING", "k", "'dbNum'='0'");
        Assert.Equal(["-"], await zero.FindAsync("db:k"));
    }

    [Fact]
    public async Task A_server_of_the_old_protocol_is_read_as_well()
    {
        await using var old = await RedisServer.StartNewAsync("--rename-command", "HELLO", "");
        old.Command("SET", "s", "x");
        old.Command("HSET", "h", "v", "y");
        old.Command("SADD", "t", "m");
        old.Command("ZADD", "z", "1.5", "m", "inf", "i");
        DimensionTable Old(string columns, string primaryKey, string options) => new(columns, primaryKey, $"'port'='{old.Port}', {options}");

        await using var strings = Old("k STRING, v STRING", "k", "'mode'='STRING'");
        Assert.Equal(["-", "x"], await strings.FindAsync("none", "s"));
        Assert.Contains("'h' holds a hash", (await Assert.ThrowsAsync<DataException>(() => strings.FindAsync("h"))).Message, StringComparison.Ordinal);
        await using var hashes = Old("k STRING, u INT, v STRING", "k", "'mode'='HASHMAP'");
        Assert.Equal(["-", "null|y"], await hashes.FindAsync("none", "h"));
        await using var sets = Old("k STRING, v TEXTS", "k", "'mode'='SET'");
        Assert.Equal(["-", "[m]"], await sets.FindAsync("none", "t"));
        await using var scores = Old("k STRING, m STRING, s DOUBLE", "k, m", "'mode'='SORTEDSET'");
        Assert.Equal(["1.5", "-", "Infinity"], await scores.FindAsync(DimensionTable.Pairs(("z", "m"), ("z", "n"), ("z", "i"))));
    }
}
