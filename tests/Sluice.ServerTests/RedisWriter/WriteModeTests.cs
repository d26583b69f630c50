using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>All five modes against a real server, read back (S-12 to S-18).</summary>
[Collection(RedisCollection.Name)]
public sealed class WriteModeTests : IDisposable
{
    private readonly RedisServer _redis;
    private readonly WriterJob _job = new();

    public WriteModeTests(RedisServer redis)
    {
        _redis = redis;
        _redis.Command("FLUSHALL");
        _redis.Command("CONFIG", "SET", "maxmemory", "0");
    }

    private string At => $"'host':'127.0.0.1','port':{_redis.Port},";

    public void Dispose() => _job.Dispose();

    private async Task<JobSummary> RunAsync(string writer, string columns, params object?[][] rows) =>
        await _job.RunAsync(At + writer, columns, rows);

    private static void AssertWritten(JobSummary summary, long rows)
    {
        Assert.Null(summary.Error);
        Assert.Equal((JobStatus.Succeeded, rows, rows, 0, 0, 0), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsSkipped, summary.RowsDirty, summary.RowsUnknown));
    }

    [Fact]
    public async Task String_joins_the_other_columns_and_clears_an_old_expiry()
    {
        _redis.Command("SET", "1", "old", "EX", "1000");
        AssertWritten(await RunAsync("'keyIndexes':0,'writeMode':{'type':'string','mode':'set','valueFieldDelimiter':'::'}", "id,age,sex", ["1", "18", "male"], ["2", null, "female"]), 2);
        Assert.Equal("18::male", _redis.Command("GET", "1"));
        Assert.Equal("::female", _redis.Command("GET", "2"));
        Assert.Equal(-1L, _redis.Command("TTL", "1"));
    }

    [Fact]
    public async Task The_last_value_of_a_key_wins_within_a_flush_and_over_flushes()
    {
        var rows = Enumerable.Range(0, 10_000).Select(i => new object?[] { $"k{i % 7}", $"{i}" });
        AssertWritten(await _job.RunAsync(At + "'keyIndexes':0,'batchSize':100", "k,v", rows), 10_000);
        for (var k = 0; k < 7; k++)
        {
            var last = Enumerable.Range(0, 10_000).Last(i => i % 7 == k);
            Assert.Equal($"{last}", _redis.Command("GET", $"k{k}"));
        }
    }

    [Fact]
    public async Task A_composite_key_is_joined_in_the_listed_order_by_u0001()
    {
        AssertWritten(await RunAsync("'keyIndexes':['2',0]", "a,b,c", ["x", "v", "y"]), 1);
        Assert.Equal("v", _redis.Command("GET", "y\u0001x"));
    }

    [Theory]
    [InlineData("'rpush'", new[] { "a", "b", "a" })]
    [InlineData("'lpush'", new[] { "a", "b", "a" })]
    public async Task List_pushes_in_source_order_and_again_when_run_again(string mode, string[] once)
    {
        var writer = $"'keyIndexes':0,'writeMode':{{'type':'list','mode':{mode}}}";
        object?[][] rows = [["l", "a"], ["m", "x"], ["l", "b"], ["l", "a"]];
        AssertWritten(await RunAsync(writer, "k,v", rows), 4);
        AssertWritten(await RunAsync(writer, "k,v", rows), 4);
        Assert.Equal([.. once, .. once], (object?[])_redis.Command("LRANGE", "l", "0", "-1")!);
        Assert.Equal(["x", "x"], (object?[])_redis.Command("LRANGE", "m", "0", "-1")!);
    }

    [Fact]
    public async Task Lpush_puts_the_later_element_first()
    {
        AssertWritten(await RunAsync("'keyIndexes':0,'writeMode':{'type':'list','mode':'lpush'}", "k,v", ["l", "a"], ["l", "b"]), 2);
        Assert.Equal(["b", "a"], (object?[])_redis.Command("LRANGE", "l", "0", "-1")!);
    }

    [Fact]
    public async Task Set_adds_members_and_a_second_run_changes_nothing()
    {
        var writer = "'keyIndexes':0,'writeMode':{'type':'set','mode':'sadd','valueFieldDelimiter':'|'}";
        object?[][] rows = [["s", "a", "1"], ["s", "b", null], ["s", "a", "1"]];
        AssertWritten(await RunAsync(writer, "k,v,w", rows), 3);
        AssertWritten(await RunAsync(writer, "k,v,w", rows), 3);
        Assert.Equal(["a|1", "b|"], ((object?[])_redis.Command("SMEMBERS", "s")!).Order());
    }

    [Fact]
    public async Task Zset_takes_score_then_member_and_infinity()
    {
        AssertWritten(await RunAsync("'keyIndexes':0,'writeMode':{'type':'zset','mode':'zadd'}", "k,s,m", ["z", "2.5", "b"], ["z", "-1", "a"], ["z", "inf", "c"], ["z", "3", "b"]), 4);
        Assert.Equal(["a", "-1", "b", "3", "c", "inf"], (object?[])_redis.Command("ZRANGE", "z", "0", "-1", "WITHSCORES")!);
    }

    [Theory]
    [InlineData("hset")]
    [InlineData("hmset")]
    public async Task Hash_takes_field_then_value(string mode)
    {
        AssertWritten(await RunAsync($"'keyIndexes':0,'writeMode':{{'type':'hash','mode':'{mode}'}}", "k,f,v", ["h", "a", "1"], ["g", "x", "9"], ["h", "b", null], ["h", "a", "2"]), 4);
        Assert.Equal(("2", "", 2L), (_redis.Command("HGET", "h", "a"), _redis.Command("HGET", "h", "b"), _redis.Command("HLEN", "h")));
        Assert.Equal("9", _redis.Command("HGET", "g", "x"));
    }

    [Fact]
    public async Task Hash_with_column_makes_each_named_column_a_field_and_leaves_nulls_out()
    {
        var summary = await RunAsync("'keyIndexes':0,'writeMode':{'type':'hash'},'column':[{'name':'nom','index':1},{'name':'age','index':'2'},{'name':'id','index':0}]", "id,name,age",
            ["1", "Ada", "36"], ["2", null, "7"], ["1", "Eve", null]);
        AssertWritten(summary, 3);
        Assert.Equal(["Eve", "36", "1"], (object?[])_redis.Command("HMGET", "1", "nom", "age", "id")!);
        Assert.Equal([null, "7", "2"], (object?[])_redis.Command("HMGET", "2", "nom", "age", "id")!);
    }

    [Fact]
    public async Task A_row_whose_fields_are_all_null_is_skipped_and_counted()
    {
        var summary = await RunAsync("'keyIndexes':0,'writeMode':{'type':'hash'},'column':[{'name':'a','index':1}]", "id,a", ["1", null], ["2", "x"]);
        Assert.Equal((JobStatus.Succeeded, 2, 1, 1), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsSkipped));
        Assert.Equal(0L, _redis.Command("EXISTS", "1"));
    }

    [Fact]
    public async Task Json_writes_numbers_as_numbers_dates_as_text_and_null_as_null()
    {
        AssertWritten(await RunAsync(
            "'keyIndexes':0,'writeMode':{'type':'string','mode':'set'},'column':[{'name':'id','index':'0'},{'name':'name','index':'1'},{'name':'when','index':'2'},{'name':'price','index':3},{'name':'none','index':4}]",
            "id:Integer,name,when:DateTime,price:Decimal,none", ["1", "J\"o\\h\nn é 😀", "2024-02-29 01:02:03", "-0.50", null]), 1);
        Assert.Equal("""{"id":1,"name":"J\"o\\h\nn é 😀","when":"2024-02-29 01:02:03","price":-0.50,"none":null}""", _redis.Command("GET", "1"));
    }

    [Fact]
    public async Task Json_types_force_the_form_and_what_does_not_convert_exactly_is_dirty()
    {
        var summary = await _job.RunAsync(At + "'keyIndexes':0,'column':[{'name':'s','index':0,'type':'string'},{'name':'n','index':1,'type':'int'},{'name':'b','index':2,'type':'bool'}]",
            "id:Integer,n,b", [["1", "12.0", "1"], ["2", "12.7", "1"], ["3", "7", "maybe"], ["4", "2147483648", "false"], ["5", "-5", "FALSE"]], "'errorLimit':{'record':3}");
        Assert.Equal((JobStatus.Succeeded, 5, 2, 3), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty));
        Assert.Equal("""{"s":"1","n":12,"b":true}""", _redis.Command("GET", "1"));
        Assert.Equal("""{"s":"5","n":-5,"b":false}""", _redis.Command("GET", "5"));
        Assert.Contains("\"column\":\"n\",\"reason\":\"'12.7' is no int\"", _job.DirtyLines[0]);
    }

    [Fact]
    public async Task Invalid_utf8_in_json_is_dirty_but_travels_unchanged_as_a_plain_value()
    {
        byte[] bytes = [0x00, 0xff, 0xfe, 0x0d, 0x0a];
        var json = await RunAsync("'keyIndexes':0,'column':[{'name':'v','index':1}]", "k,v:Bytes", ["a", bytes]);
        Assert.Equal((JobStatus.DirtyLimit, 1), (json.Status, json.RowsDirty));
        AssertWritten(await RunAsync("'keyIndexes':0", "k,v:Bytes", ["a", bytes]), 1);
        Assert.Equal(bytes, (byte[])_redis.CommandBytes("GET"u8.ToArray(), "a"u8.ToArray())!);
    }

    [Fact]
    public async Task DateFormat_applies_to_keys_and_values_and_zero_dates_are_dirty()
    {
        var summary = await _job.RunAsync(At + "'keyIndexes':[0],'dateFormat':'yyyyMMdd HH:mm:ss.SSS'", "d:Date,t:DateTime,time:Time",
            [["2024-02-29", "2023-12-31 23:59:58.12", "-01:00:00"], ["2024-03-01", "0000-00-00 00:00:00", "1"]], "'errorLimit':{'record':1}");
        Assert.Equal((1, 1), (summary.RowsWritten, summary.RowsDirty));
        Assert.Equal("20231231 23:59:58.120\u0001-01:00:00", _redis.Command("GET", "20240229 00:00:00.000"));
    }

    [Theory]
    [InlineData("'string'", "", "SET", "k", "v")]
    [InlineData("'list'", "", "RPUSH", "k", "v")]
    [InlineData("'set'", "", "SADD", "k", "v")]
    [InlineData("'zset'", ",2", "ZADD", "k", "1", "v")]
    [InlineData("'hash'", ",2", "HSET", "k", "f", "v")]
    public async Task Expiry_in_seconds_and_as_a_moment(string type, string extra, params string[] command)
    {
        var columns = extra.Length > 0 ? "k,a,b" : "k,a";
        object?[] row = extra.Length > 0 ? ["k", command.Length > 3 ? command[2] : "1", "v"] : ["k", "v"];
        AssertWritten(await RunAsync($"'keyIndexes':0,'writeMode':{{'type':{type}}},'expireTime':{{'seconds':'1000'}}", columns, row), 1);
        Assert.InRange((long)_redis.Command("TTL", "k")!, 990, 1000);

        var moment = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 5000;
        AssertWritten(await RunAsync($"'keyIndexes':0,'writeMode':{{'type':{type}}},'expireTime':{{'unixtime':{moment}}}", columns, row), 1);
        Assert.Equal(moment, _redis.Command("EXPIRETIME", "k"));

        // Without an expiry SET clears it, the other commands keep it, as Redis does.
        AssertWritten(await RunAsync($"'keyIndexes':0,'writeMode':{{'type':{type}}},'expireTime':{{'seconds':0}}", columns, row), 1);
        Assert.Equal(type == "'string'" ? -1 : moment, _redis.Command("EXPIRETIME", "k"));
    }

    [Theory]
    [InlineData("'set'", "", false)]
    [InlineData("'zset'", ",2", false)]
    [InlineData("'hash'", ",2", false)]
    [InlineData("'set'", "", true)]
    [InlineData("'zset'", ",2", true)]
    [InlineData("'hash'", ",2", true)]
    public async Task A_key_of_another_type_is_overwritten_and_its_old_expiry_goes(string type, string extra, bool expires)
    {
        _redis.Command("SET", "k", "old", "EX", "50");
        _redis.Command("RPUSH", "j", "old");
        var columns = extra.Length > 0 ? "k,a,b" : "k,a";
        object?[] Row(string key, string a) => extra.Length > 0 ? [key, a, "v"] : [key, a];
        var expire = expires ? ",'expireTime':{'seconds':1000}" : "";
        AssertWritten(await RunAsync($"'keyIndexes':0,'writeMode':{{'type':{type}}}{expire}", columns, Row("k", "1"), Row("j", "2"), Row("n", "3"), Row("k", "4")), 4);
        Assert.Equal([type.Trim('\''), type.Trim('\''), type.Trim('\'')], ((string[])["k", "j", "n"]).Select(key => _redis.Command("TYPE", key)));
        foreach (var key in (string[])["k", "j", "n"])
        {
            Assert.InRange((long)_redis.Command("TTL", key)!, expires ? 990 : -1, expires ? 1000 : -1);
        }

        Assert.Equal(type == "'zset'" ? 1L : 2L, _redis.Command(type == "'hash'" ? "HLEN" : type == "'set'" ? "SCARD" : "ZCARD", "k"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",'expireTime':{'seconds':1000}")]
    public async Task A_list_leaves_a_key_of_another_type_and_its_expiry_alone(string expire)
    {
        _redis.Command("SET", "k", "old", "EX", "50");
        var summary = await _job.RunAsync(At + $"'keyIndexes':0,'writeMode':{{'type':'list'}}{expire}", "k,v", [["k", "a"], ["l", "b"], ["k", "c"]], "'errorLimit':{'record':2}");
        Assert.Equal((JobStatus.Succeeded, 3, 1, 2), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty));
        Assert.Equal("old", _redis.Command("GET", "k"));
        Assert.InRange((long)_redis.Command("TTL", "k")!, 40, 50);
        Assert.Contains("WRONGTYPE", _job.DirtyLines[0]);
        Assert.Contains("\"record\":{\"k\":\"k\",\"v\":\"a\"}", _job.DirtyLines[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",'expireTime':{'seconds':1000}")]
    public async Task A_merged_zadd_is_taken_apart_so_that_only_the_bad_scores_are_dirty(string expire)
    {
        _redis.Command("ZADD", "y", "5", "kept");
        _redis.Command("EXPIRE", "y", "50");
        _redis.Command("SET", "w", "a string", "EX", "50");
        var summary = await _job.RunAsync(At + $"'keyIndexes':0,'writeMode':{{'type':'zset'}}{expire}", "k,s,m",
            [["z", "1", "a"], ["z", "nan", "b"], ["z", "", "c"], ["z", "2", "d"], ["z", "x", "e"], ["y", "bad", "f"], ["w", "bad", "g"], ["z", null, "h"], ["z", "3", null]], "'errorLimit':{'record':7}");
        Assert.Equal((JobStatus.Succeeded, 9, 2, 7), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty));
        Assert.Equal(["a", "1", "d", "2"], (object?[])_redis.Command("ZRANGE", "z", "0", "-1", "WITHSCORES")!);

        // What was refused has changed nothing: neither the member nor the expiry, nor a key of another type.
        Assert.Equal(["kept"], (object?[])_redis.Command("ZRANGE", "y", "0", "-1")!);
        Assert.InRange((long)_redis.Command("TTL", "y")!, 40, 50);
        Assert.Equal("a string", _redis.Command("GET", "w"));
        Assert.InRange((long)_redis.Command("TTL", "w")!, 40, 50);
    }

    [Fact]
    public async Task A_null_key_column_and_a_null_field_are_dirty()
    {
        var summary = await _job.RunAsync(At + "'keyIndexes':[0,1],'writeMode':{'type':'hash'}", "a,b,f,v", [["1", "2", "f", "v"], ["1", null, "f", "v"], ["1", "2", null, "v"]], "'errorLimit':{'record':2}");
        Assert.Equal((1, 2), (summary.RowsWritten, summary.RowsDirty));
        Assert.Contains("\"column\":\"b\",\"reason\":\"a key column is null\",\"reply\":null", _job.DirtyLines[0]);
    }

    [Fact]
    public async Task A_database_of_the_script_wins_over_that_of_the_data_source()
    {
        AssertWritten(await RunAsync("'keyIndexes':0,'dbNum':2,'selectDatabase':'3'", "k,v", ["k", "v"]), 1);
        _redis.Command("SELECT", "3");
        Assert.Equal("v", _redis.Command("GET", "k"));
        _redis.Command("SELECT", "0");
    }

    [Fact]
    public async Task A_delimiter_that_spells_its_number_means_the_character_with_a_warning()
    {
        AssertWritten(await RunAsync("'keyIndexes':[0,1],'keyFieldDelimiter':'u0001','writeMode':{'type':'string','mode':'set','valueFieldDelimiter':'-\\\\u0041-'}", "a,b,c,d", ["1", "2", "x", "y"]), 1);
        Assert.Equal("x-A-y", _redis.Command("GET", "1\u00012"));
        Assert.Equal(2, _job.Warnings.Count);
    }

    [Fact]
    public async Task A_value_of_64_MiB_arrives_whole()
    {
        var huge = new byte[64 << 20];
        new Random(1).NextBytes(huge);
        AssertWritten(await RunAsync("'keyIndexes':0", "k,v:Bytes", ["small", "x"], ["huge", huge], ["after", "y"]), 3);
        Assert.Equal(huge, (byte[])_redis.CommandBytes("GET"u8.ToArray(), "huge"u8.ToArray())!);
        Assert.Equal("y", _redis.Command("GET", "after"));
    }
}
