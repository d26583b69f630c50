using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisTables;

/// <summary>What each mode writes and deletes, row by row (S-22, S-23, S-23a, S-25).</summary>
[Collection(RedisCollection.Name)]
public sealed class ModeTests
{
    private readonly RedisServer _redis;

    public ModeTests(RedisServer redis)
    {
        _redis = redis;
        _redis.Command("FLUSHALL");
    }

    private SinkTable Table(string columns, string primaryKey, string options, long? dirtyLimit = 0) =>
        new(columns, primaryKey, $"'port'='{_redis.Port}', {options}", dirtyLimit: dirtyLimit);

    private string List(string key) => string.Join(',', ((object?[])_redis.Command("LRANGE", key, "0", "-1")!).Cast<string>());

    private string Members(string key) => string.Join(',', ((object?[])_redis.Command("SMEMBERS", key)!).Cast<string>().Order(StringComparer.Ordinal));

    private string Hash(string key) => string.Join(',', ((object?[])_redis.Command("HGETALL", key)!).Cast<string>().Chunk(2).Select(p => $"{p[0]}={p[1]}").Order(StringComparer.Ordinal));

    private string Scores(string key) => string.Join(',', ((object?[])_redis.Command("ZRANGE", key, "0", "-1", "WITHSCORES")!).Cast<string>().Chunk(2).Select(p => $"{p[0]}={p[1]}"));

    [Fact]
    public async Task Strings_are_set_replaced_and_deleted_and_a_null_value_deletes()
    {
        await using var table = Table("k STRING, v STRING", "k", "'mode'='STRING'");
        await table.ApplyAsync("+I a 1", "+I b 2", "+I c 3", "+I d 4");
        Assert.Equal(("1", "2", "3", "4"), (_redis.Command("GET", "a"), _redis.Command("GET", "b"), _redis.Command("GET", "c"), _redis.Command("GET", "d")));
        await table.ApplyAsync("-U a 1", "+U a 9", "-D b 2", "+U c null", "-U d 4", "+I e 5");
        Assert.Equal(("9", null, null, null, "5"), (_redis.Command("GET", "a"), _redis.Command("GET", "b"), _redis.Command("GET", "c"), _redis.Command("GET", "d"), _redis.Command("GET", "e")));
        Assert.Equal((10, 9, 1, 0, 0), table.Rows);
    }

    [Fact]
    public async Task List_elements_are_pushed_to_the_left_and_an_update_replaces_none_of_them()
    {
        await using var table = Table("k STRING, v STRING", "k, v", "'mode'='LIST'");
        await table.ApplyAsync("+I a 1", "+I a 2", "+I a 1", "+I a 3");
        Assert.Equal("3,1,2,1", List("a"));
        await table.ApplyAsync("-U a 1", "+U a 1", "-D a 2");
        Assert.Equal("1,3,1", List("a"));
        await using var whole = Table("k STRING, v STRING", "k", "'mode'='LIST'");
        await whole.ApplyAsync("-D a 1", "+I a 7", "+I a 8");
        Assert.Equal("8,7", List("a"));
        Assert.Equal((7, 7, 0, 0, 0), table.Rows);
    }

    [Theory]
    [InlineData("k", "", "b")]
    [InlineData("k, v", "y,z", "b")]
    public async Task Set_members_are_added_and_the_primary_key_says_what_a_delete_removes(string primaryKey, string rest, string updated)
    {
        await using var table = Table("k STRING, v STRING", primaryKey, "'mode'='SET'");
        await table.ApplyAsync("+I k x", "+I k y", "+I k z", "+I u a");
        Assert.Equal("x,y,z", Members("k"));
        await table.ApplyAsync("-D k x", "-U u a", "+U u b");
        Assert.Equal((rest, updated), (Members("k"), Members("u")));
    }

    [Theory]
    [InlineData("k", "", "f=9,g=2")]
    [InlineData("k, f", "g=2,h=3", "f=9,g=2")]
    public async Task Hash_fields_are_set_and_the_primary_key_says_what_a_delete_removes(string primaryKey, string rest, string updated)
    {
        await using var table = Table("k STRING, f STRING, v STRING", primaryKey, "'mode'='HASHMAP'");
        await table.ApplyAsync("+I k f 1", "+I k g 2", "+I k h 3", "+I u f 1", "+I u g 2");
        await table.ApplyAsync("-D k f 1", "-U u f 1", "+U u f 9");
        Assert.Equal((rest, updated), (Hash("k"), Hash("u")));
        await table.ApplyAsync("+U u g null");
        Assert.Equal("f=9", Hash("u"));
    }

    [Theory]
    [InlineData("k", "", "m=9")]
    [InlineData("k, m", "n=2", "m=9")]
    public async Task Scores_are_set_and_the_member_is_the_element(string primaryKey, string rest, string updated)
    {
        await using var table = Table("k STRING, s BIGINT, m STRING", primaryKey, "'mode'='SORTEDSET'");
        await table.ApplyAsync("+I k 1 m", "+I k 2 n", "+I u 1 m");
        Assert.Equal("m=1,n=2", Scores("k"));
        await table.ApplyAsync("-D k null m", "-U u 1 m", "+U u 9 m");
        Assert.Equal((rest, updated), (Scores("k"), Scores("u")));
    }

    [Fact]
    public async Task A_flattened_hash_has_a_field_per_column_and_a_null_removes_its_field()
    {
        await using var table = Table("name STRING, id BIGINT, age INT", "id", "'mode'='HASHMAP', 'flattenHash'='true'");
        await table.ApplyAsync("+I ann 1 30", "+I bob 2 40", "+I cid 3 50");
        Assert.Equal(("age=30,name=ann", "age=40,name=bob"), (Hash("1"), Hash("2")));
        _redis.Command("HSET", "1", "more", "x");
        await table.ApplyAsync("-U ann 1 30", "+U anna 1 null", "-D bob 2 40", "+I null 3 null");
        Assert.Equal(("more=x,name=anna", 0L, 0L), (Hash("1"), _redis.Command("EXISTS", "2"), _redis.Command("EXISTS", "3")));
    }

    [Fact]
    public async Task IgnoreDelete_drops_both_kinds_of_deletes_and_null_values_still_remove()
    {
        await using var table = Table("k STRING, v STRING", "k", "'mode'='STRING', 'ignoreDelete'='true'");
        await table.ApplyAsync("+I a 1", "+I b 2", "-D a 1", "-U b 2", "-D null null", "+U b null");
        Assert.Equal(("1", null), (_redis.Command("GET", "a"), _redis.Command("GET", "b")));
        Assert.Equal((6, 3, 3, 0, 0), table.Rows);
    }

    [Fact]
    public async Task An_update_before_waits_for_its_follower_across_batches()
    {
        await using var table = Table("k STRING, f STRING, v STRING", "k", "'mode'='HASHMAP'");
        await table.ApplyAsync("+I k f 1", "+I k g 2");
        await table.WriteAsync("-U k f 1");
        await table.ApplyAsync("+U k f 9");
        Assert.Equal("f=9,g=2", Hash("k"));
        await table.WriteAsync("-U k f 9");
        await table.ApplyAsync("+U k h 3");
        Assert.Equal("h=3", Hash("k"));
        Assert.Equal((6, 5, 1, 0, 0), table.Rows);
    }

    [Fact]
    public async Task The_prefix_stands_before_the_key_and_its_delimiter_only_with_one()
    {
        await using (var table = Table("k BIGINT, v STRING", "k", "'mode'='STRING', 'key-prefix'='user', 'key-prefix-delimiter'=':'"))
        {
            await table.ApplyAsync("+I 7 x", "+I 8 y", "-D 8 y");
        }

        await using (var table = Table("k STRING, v STRING", "k", "'mode'='STRING', 'key-prefix-delimiter'=':'"))
        {
            await table.ApplyAsync("+I 9 z");
        }

        Assert.Equal(["9", "user:7"], ((object?[])_redis.Command("KEYS", "*")!).Cast<string>().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("STRING", "text", "text")]
    [InlineData("BYTES", "bytes", "bytes")]
    [InlineData("BOOLEAN", "true", "TRUE")]
    [InlineData("TINYINT", "-128", "-128")]
    [InlineData("SMALLINT", "32767", "32767")]
    [InlineData("INT", "-2147483648", "-2147483648")]
    [InlineData("BIGINT", "9223372036854775807", "9223372036854775807")]
    [InlineData("FLOAT", "0.5", "0.5")]
    [InlineData("DOUBLE", "12345678.25", "1.234567825E7")]
    [InlineData("DECIMAL", "12.50", "12.50")]
    [InlineData("DATE", "0", "1970-01-01")]
    [InlineData("TIME", "3661000", "01:01:01")]
    [InlineData("TIMESTAMP", "1001", "1970-01-01 00:00:01.001")]
    [InlineData("TIMESTAMP_LTZ", "1001", "1970-01-01 08:00:01.001")]
    public async Task Every_scalar_type_is_written_as_its_SQL_text_as_key_and_as_value(string type, string value, string text)
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("eight", TimeSpan.FromHours(8), "eight", "eight");
        await using var table = new SinkTable($"k {type}, v {type}", "k", $"'port'='{_redis.Port}', 'mode'='STRING', 'key-prefix'='p'", zone: zone);
        await table.ApplyAsync($"+I {value} {value}");
        Assert.Equal(text, _redis.Command("GET", "p" + text));
    }

    [Theory]
    [InlineData("BIGINT", "3", "3")]
    [InlineData("DOUBLE", "2.5", "2.5")]
    [InlineData("DOUBLE", "Infinity", "inf")]
    [InlineData("DOUBLE", "12345678.25", "12345678.25")]
    [InlineData("DECIMAL", "12.50", "12.5")]
    public async Task A_score_is_of_any_numeric_type(string type, string value, string score)
    {
        await using var table = Table($"k STRING, s {type}, m STRING", "k", "'mode'='SORTEDSET'");
        await table.ApplyAsync($"+I k {value} m");
        Assert.Equal($"m={score}", Scores("k"));
    }

    [Fact]
    public async Task A_score_that_is_no_number_is_dirty_and_the_one_before_it_stays()
    {
        await using var table = Table("k STRING, s DOUBLE, m STRING", "k", "'mode'='SORTEDSET', 'expiration'='100000'", dirtyLimit: null);
        await table.ApplyAsync("+I k 1 m", "+U k NaN m", "+I k 2 n", "+I other NaN m");
        Assert.Equal("m=1,n=2", Scores("k"));
        Assert.Equal((4, 2, 0, 2, 0), table.Rows);
        Assert.Equal(0L, _redis.Command("EXISTS", "other"));
    }

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "+I a f 1")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s BIGINT, v STRING", "+I a 1 m")]
    public async Task The_expiration_counts_from_each_write(string mode, string columns, string row)
    {
        await using var table = Table(columns, "k", $"{mode}, 'expiration'='100000'");
        await table.ApplyAsync(row);
        Assert.InRange((long)_redis.Command("PTTL", "a")!, 1, 100_000);
        _redis.Command("PEXPIRE", "a", "50000");
        await table.ApplyAsync(row.Replace("+I", "+U", StringComparison.Ordinal), row);
        Assert.InRange((long)_redis.Command("PTTL", "a")!, 50_001, 100_000);
    }

    [Theory]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "+I a f 1")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k STRING, v STRING", "+I a 1")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s BIGINT, v STRING", "+I a 1 m")]
    public async Task A_key_of_another_type_makes_its_rows_dirty_and_keeps_its_expiry(string mode, string columns, string row)
    {
        _redis.Command("SET", "a", "old");
        await using var table = Table(columns, "k", $"{mode}, 'expiration'='100000'", dirtyLimit: null);
        var other = row.Replace(" a ", " b ", StringComparison.Ordinal);
        await table.ApplyAsync(row, other, row, row.Replace("+I", "+U", StringComparison.Ordinal), other);
        Assert.Equal(("old", -1L, 1L), (_redis.Command("GET", "a"), _redis.Command("PTTL", "a"), _redis.Command("EXISTS", "b")));
        Assert.Equal((5, 2, 0, 3, 0), table.Rows);
        Assert.All(table.DirtyLines, line => Assert.Contains("WRONGTYPE", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "+I null 1", "k", "the key is null")]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "-D null 1", "k", "the key is null")]
    [InlineData("'mode'='LIST'", "k STRING, v STRING", "+I a null", "v", "the list element is null")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "+I a null", "v", "the value is null")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "+I a null 1", "f", "the field is null")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s BIGINT, v STRING", "+I a null m", "s", "the score is null")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k STRING, v STRING", "+I null 1", "k", "the key is null")]
    public async Task Nulls_that_a_mode_cannot_write_are_dirty(string mode, string columns, string row, string column, string reason)
    {
        await using var table = Table(columns, "k", mode, dirtyLimit: null);
        await table.ApplyAsync(row);
        Assert.Equal((1, 0, 0, 1, 0), table.Rows);
        Assert.Equal(0L, _redis.Command("DBSIZE"));
        using var line = JsonDocument.Parse(Assert.Single(table.DirtyLines));
        Assert.Equal(column, line.RootElement.GetProperty("column").GetString());
        Assert.StartsWith(reason, line.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_limit_the_first_row_too_many_ends_the_job_with_table_reason_and_position()
    {
        await using var table = Table("k STRING, v STRING", "k", "'mode'='STRING'", dirtyLimit: 1);
        var rows = table.Batch("+I a 1", "+I null 2", "+I b 3", "+I null 4", "+I c 5");
        rows.Split = new Engine.Connectors.Split("orders, partition 3");
        var refusal = await Assert.ThrowsAsync<DirtyLimitException>(() => table.WriteAsync(rows));
        Assert.Equal("column 'k': the key is null (table 'sink', orders, partition 3), in the record that begins with k = null", refusal.Message);
        await table.FlushAsync();
        Assert.Equal((4, 2, 0, 2, 0), table.Rows);
        Assert.Equal(("1", "3", null), (_redis.Command("GET", "a"), _redis.Command("GET", "b"), _redis.Command("GET", "c")));
    }

    [Fact]
    public async Task A_record_that_the_server_refuses_is_told_with_its_columns_and_its_position()
    {
        _redis.Command("SET", "p:a", "old");
        await using var table = Table("v STRING, k STRING", "k", "'mode'='SET', 'key-prefix'='p', 'key-prefix-delimiter'=':'");
        var rows = table.Batch("+I 1 b", "+I 2 a");
        rows.Split = new Engine.Connectors.Split("orders, partition 3");
        await table.WriteAsync(rows);
        var refusal = await Assert.ThrowsAsync<DirtyLimitException>(() => table.FlushAsync());
        Assert.Contains("table 'sink', orders, partition 3", refusal.Message, StringComparison.Ordinal);
        using var line = JsonDocument.Parse(Assert.Single(table.DirtyLines));
        Assert.Equal("""{"v":"2","k":"a"}""", line.RootElement.GetProperty("record").GetRawText());
        Assert.Equal("orders, partition 3", line.RootElement.GetProperty("split").GetString());
        Assert.StartsWith("WRONGTYPE", line.RootElement.GetProperty("reply").GetString(), StringComparison.Ordinal);
        await table.FlushAsync();
        Assert.Equal((2, 1, 0, 1, 0), table.Rows);
    }

    [Fact]
    public async Task A_refused_command_is_taken_apart_so_that_only_the_refused_rows_are_dirty()
    {
        _redis.Command("SET", "bad", "old");
        await using var table = Table("k STRING, v STRING", "k, v", "'mode'='SET'", dirtyLimit: null);
        await table.ApplyAsync("+I bad 1", "+I good 1", "+I bad 2", "-D bad 1", "+I good 2", "+I bad 2");
        Assert.Equal((6, 2, 0, 4, 0), table.Rows);
        Assert.Equal("1,2", Members("good"));
    }
}
