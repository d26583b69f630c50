using System.Globalization;
using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Lookups;

/// <summary>A Redis table that is read whole, by a bare SELECT or as the source of an INSERT.</summary>
public sealed class ScanTests : IClassFixture<RedisServer>, IDisposable
{
    private readonly RedisServer _redis;
    private readonly string _folder = ServerProcess.NewFolder("scan");

    public ScanTests(RedisServer redis)
    {
        _redis = redis;
        redis.Command("FLUSHALL");
        redis.Command("CONFIG", "RESETSTAT");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Table(string columns, string key, string options, int port) =>
        $"CREATE TABLE d ({columns}, PRIMARY KEY ({key}) NOT ENFORCED) WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{port}', {options});\n";

    private string Table(string columns, string key, string options) => Table(columns, key, options, _redis.Port);

    private static Task<SluiceProcess.Ended> RunAsync(string script) => SluiceProcess.RunInsideAsync(["sql", "-e", script, "--json"], _ => null);

    /// <summary>The rows that a SELECT gives, as JSON, in order of their text.</summary>
    private static async Task<string[]> SelectAsync(string script)
    {
        var run = await RunAsync(script);
        Assert.True(run.ExitCode == 0, run.ToString());
        return [.. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("\"status\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static void Fill(RedisServer redis)
    {
        foreach (var command in (string[])
            ["MSET user:1 ann user:2 bob", "HSET hash:1 name ann age 5", "HSET hash:2 name bob", "HSET hash:3 zip 1", "HSET one a 1 b 2", "RPUSH list:1 x y x", "SADD set:1 m", "ZADD zset:1 2 b 1 a", "ZADD zset:2 -0.5 c"])
        {
            redis.Command(command.Split(' '));
        }
    }

    public static TheoryData<string, string, string, string, string> Structures => new()
    {
        { "k STRING, v STRING", "k", "'key-prefix' = 'user', 'key-prefix-delimiter' = ':'", "*", """{"k":"1","v":"ann"} {"k":"2","v":"bob"}""" },
        { "v STRING, k INT", "k", "'key-prefix' = 'user:'", "k, v", """{"k":1,"v":"ann"} {"k":2,"v":"bob"}""" },
        { "k STRING, v STRING", "k", "'mode' = 'STRING'", "k", """{"k":"user:1"} {"k":"user:2"}""" },
        { "k INT, name STRING, age INT", "k", "'mode' = 'HASHMAP', 'key-prefix' = 'hash:'", "*", """{"k":1,"name":"ann","age":5} {"k":2,"name":"bob","age":null}""" },
        { "k INT, name STRING, age INT", "k", "'mode' = 'HASHMAP', 'key-prefix' = 'hash:'", "age", """{"age":5} {"age":null}""" },
        { "k INT, name STRING, age INT", "k", "'mode' = 'HASHMAP', 'key-prefix' = 'hash:'", "k", """{"k":1} {"k":2}""" },
        { "k STRING, v INT", "k", "'hashName' = 'one'", "*", """{"k":"a","v":1} {"k":"b","v":2}""" },
        { "k STRING, v INT", "k", "'hashName' = 'nobody'", "*", "" },
        { "k STRING, v ARRAY<STRING>", "k", "'mode' = 'LIST'", "*", """{"k":"list:1","v":["x","y","x"]}""" },
        { "k STRING, v ARRAY<STRING>", "k", "'mode' = 'SET'", "*", """{"k":"set:1","v":["m"]}""" },
        { "k STRING, v ARRAY<STRING>", "k", "'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'", "*", """{"k":"1","v":["a","b"]} {"k":"2","v":["c"]}""" },
        { "k INT, m STRING, s DOUBLE", "k, m", "'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'", "*", """{"k":1,"m":"a","s":1.0} {"k":1,"m":"b","s":2.0} {"k":2,"m":"c","s":-0.5}""" },
        { "k INT, m STRING, s DOUBLE", "k, m", "'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'", "m", """{"m":"a"} {"m":"b"} {"m":"c"}""" },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public async Task Each_structure_gives_its_rows_and_no_others(string columns, string key, string options, string select, string expected)
    {
        Fill(_redis);
        Assert.Equal(expected, string.Join(' ', await SelectAsync(Table(columns, key, options) + $"SELECT {select} FROM d")));
    }

    [Fact]
    public async Task A_server_without_HELLO_gives_the_same_rows()
    {
        await using var old = await RedisServer.StartNewAsync("--rename-command", "HELLO", "");
        Fill(old);
        Assert.Equal(
            ["""{"k":1,"m":"a","s":1.0}""", """{"k":1,"m":"b","s":2.0}""", """{"k":2,"m":"c","s":-0.5}"""],
            await SelectAsync(Table("k INT, m STRING, s DOUBLE", "k, m", "'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'", old.Port) + "SELECT * FROM d"));
        Assert.Equal(
            ["""{"k":"a","v":1}""", """{"k":"b","v":2}"""],
            await SelectAsync(Table("k STRING, v INT", "k", "'hashName' = 'one'", old.Port) + "SELECT * FROM d"));
    }

    [Fact]
    public async Task A_prefix_means_itself_whatever_stands_in_it()
    {
        _redis.Command("MSET", "a*[b]?:1", "x", "axb?:2", "y", @"a*[b]\:3", "z");
        Assert.Equal(["""{"k":"1","v":"x"}"""], await SelectAsync(Table("k STRING, v STRING", "k", "'key-prefix' = 'a*[b]?:'") + "SELECT * FROM d"));
    }

    [Theory]
    [InlineData("k STRING, name STRING", "k", "'mode' = 'HASHMAP'", """{"k":"1","name":"ann"}""")]
    [InlineData("k STRING, v ARRAY<STRING>", "k", "'mode' = 'LIST'", """{"k":"2","v":["x"]}""")]
    [InlineData("k STRING, m STRING, s INT", "k, m", "'mode' = 'SORTEDSET'", """{"k":"3","m":"a","s":1}""")]
    [InlineData("k STRING, v STRING", "k", "'mode' = 'STRING'", """{"k":"4","v":"y"}""")]
    public async Task Keys_of_other_types_under_the_prefix_are_no_part_of_the_table(string columns, string key, string options, string row)
    {
        foreach (var command in (string[])["HSET a:1 name ann", "RPUSH a:2 x", "ZADD a:3 1 a", "SET a:4 y"])
        {
            _redis.Command(command.Split(' '));
        }

        Assert.Equal([row], await SelectAsync(Table(columns, key, options + ", 'key-prefix' = 'a:'") + "SELECT * FROM d"));
        Assert.Equal([row.Replace("\"k\":\"", "\"k\":\"a:", StringComparison.Ordinal)], await SelectAsync(Table(columns, key, options) + "SELECT * FROM d"));
    }

    [Theory]
    [InlineData("'cache' = 'ALL', 'mode' = 'HASHMAP', 'key-prefix' = 'hash:'", "name STRING, age INT", """{"k":"1","name":"ann","age":5} {"k":"2","name":"bob","age":null} {"k":"3","name":null,"age":null}""")]
    [InlineData("'cache' = 'ALL', 'hashName' = 'one', 'key-prefix' = ''", "name STRING", """{"k":"1","name":null} {"k":"2","name":null} {"k":"3","name":null}""")]
    [InlineData("'cache' = 'ALL', 'key-prefix' = 'user:'", "name STRING", """{"k":"1","name":"ann"} {"k":"2","name":"bob"} {"k":"3","name":null}""")]
    [InlineData("'cache' = 'ALL', 'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'", "name ARRAY<STRING>", """{"k":"1","name":["a","b"]} {"k":"2","name":["c"]} {"k":"3","name":null}""")]
    public async Task A_table_that_is_kept_whole_has_the_rows_that_a_SELECT_gives(string options, string columns, string expected)
    {
        Fill(_redis);
        var names = string.Join(", ", columns.Split(", ").Select(c => c.Split(' ')[0]));
        Assert.Equal(expected, string.Join(' ', await SelectAsync(Table($"k STRING, {columns}", "k", options)
            + $"SELECT x.k, {names} FROM (VALUES ('1'), ('2'), ('3')) AS x(k) LEFT JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON x.k = d.k")));
    }

    [Fact]
    public async Task The_prefix_of_a_hash_stands_before_its_fields()
    {
        _redis.Command("HSET", "one", "p:1", "x", "q:2", "y");
        Assert.Equal(["""{"k":1,"v":"x"}"""], await SelectAsync(Table("k INT, v STRING", "k", "'hashName' = 'one', 'key-prefix' = 'p:'") + "SELECT * FROM d"));
    }

    [Fact]
    public async Task WHERE_that_names_the_key_asks_for_it_alone()
    {
        Fill(_redis);
        Assert.Equal(["""{"k":2,"v":"bob"}"""], await SelectAsync(Table("k INT, v STRING", "k", "'key-prefix' = 'user:'") + "SELECT * FROM d WHERE k = 2"));
        Assert.Equal(["""{"s":2.0}"""], await SelectAsync(Table("k INT, m STRING, s DOUBLE", "k, m", "'mode' = 'SORTEDSET', 'key-prefix' = 'zset:'") + "SELECT s FROM d WHERE k = 1 AND m IN ('b', 'z')"));
        Assert.Equal(0, CallsOf("scan"));
    }

    [Fact]
    public async Task A_key_that_is_no_value_of_its_column_ends_the_job_or_is_skipped()
    {
        _redis.Command("MSET", "user:1", "ann", "user:x", "bob");
        var table = Table("k INT, v STRING", "k", "'key-prefix' = 'user:'");
        var run = await RunAsync(table + "SELECT * FROM d");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("table 'd': key 'user:x' gives no INT for column 'k'", run.Error, StringComparison.Ordinal);

        var lenient = Table("k INT, v STRING", "k", "'key-prefix' = 'user:', 'lookup.ignore-parse-errors' = 'true'");
        var summary = (await RunAsync(lenient + "CREATE TABLE b (k INT, v STRING) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT * FROM d")).Json;
        Assert.Equal((2, 1, 1), (JobFolder.Number(summary, "rowsRead"), JobFolder.Number(summary, "rowsWritten"), JobFolder.Number(summary, "rowsSkipped")));
    }

    [Fact]
    public async Task A_key_that_no_lookup_would_ask_for_ends_the_job_or_is_skipped_whatever_is_selected()
    {
        _redis.Command("MSET", "num:7", "seven", "num:007", "bond");
        foreach (var select in (string[])["*", "v"])
        {
            var run = await RunAsync(Table("k INT, v STRING", "k", "'key-prefix' = 'num:'") + $"SELECT {select} FROM d");
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("key 'num:007' is not how the INT of column 'k' is looked up, which is 'num:7'", run.Error, StringComparison.Ordinal);
        }

        var lenient = Table("k INT, v STRING", "k", "'key-prefix' = 'num:', 'lookup.ignore-parse-errors' = 'true'");
        Assert.Equal(["""{"k":7,"v":"seven"}"""], await SelectAsync(lenient + "SELECT * FROM d"));
        Assert.Equal(["""{"v":"seven"}"""], await SelectAsync(lenient + "SELECT v FROM d"));
        Assert.Equal(["""{"k":7,"v":"seven"}"""], await SelectAsync(lenient + "SELECT * FROM d WHERE k IN (7, 8)"));
    }

    [Fact]
    public async Task Another_type_where_one_hash_is_named_ends_the_job()
    {
        _redis.Command("ZADD", "one", "1", "x");
        var run = await RunAsync(Table("k STRING, v STRING", "k", "'hashName' = 'one'") + "SELECT * FROM d");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("key 'one' holds a sorted set, and 'hashName' (one hash) reads a hash; name another key, or change that one in Redis", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_copied_once_each_while_the_keyspace_grows()
    {
        const int Keys = 30_000;
        _redis.Command("EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'a:' .. i, 'v' .. i) end", "0", Keys.ToString(CultureInfo.InvariantCulture));
        var run = await RunAsync(Table("k BIGINT, v STRING", "k", "'key-prefix' = 'a:'") + $"""
            CREATE TABLE copy (k BIGINT, v STRING, PRIMARY KEY (k) NOT ENFORCED)
              WITH ('connector' = 'redis', 'mode' = 'STRING', 'key-prefix' = 'b:', 'host' = '127.0.0.1', 'port' = '{_redis.Port}');
            INSERT INTO copy SELECT k, UPPER(v) FROM d;
            """);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal((Keys, Keys), (JobFolder.Number(run.Json, "rowsRead"), JobFolder.Number(run.Json, "rowsWritten")));
        Assert.Equal($"{2 * Keys}", $"{_redis.Command("DBSIZE")}");
        Assert.Equal("V17", _redis.Command("GET", "b:17"));
        Assert.Equal($"V{Keys}", _redis.Command("GET", $"b:{Keys}"));
    }

    [Fact]
    public async Task A_large_hash_goes_into_files()
    {
        const int Fields = 5_000;
        _redis.Command("EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('HSET', 'big', i, i * 2) end", "0", Fields.ToString(CultureInfo.InvariantCulture));
        var run = await RunAsync(Table("k INT, v INT", "k", "'hashName' = 'big'") + $"""
            CREATE TABLE f (k INT, v INT) WITH ('connector' = 'filesystem', 'path' = '{_folder}', 'format' = 'csv');
            INSERT INTO f SELECT k, v FROM d WHERE v = k * 2;
            """);
        Assert.True(run.ExitCode == 0, run.ToString());
        var lines = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Fields, lines.Count);
        Assert.Contains("4999,9998", lines);
    }

    [Fact]
    public async Task LIMIT_ends_the_scan()
    {
        _redis.Command("EVAL", "for i = 1, 50000 do redis.call('SET', i, i) end", "0");
        Assert.Equal(5, (await SelectAsync(Table("k INT, v INT", "k", "'mode' = 'STRING'") + "SELECT k FROM d LIMIT 5")).Length);
        Assert.InRange(CallsOf("scan"), 1, 20);
    }

    [Fact]
    public async Task Values_of_a_megabyte_are_read_in_small_pages()
    {
        _redis.Command("EVAL", "local v = string.rep('x', 1048576) for i = 1, 200 do redis.call('SET', i, v) end", "0");
        var run = await RunAsync(Table("k INT, v STRING", "k", "'mode' = 'STRING'") + "CREATE TABLE b (k INT, n INT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT k, CHAR_LENGTH(v) FROM d");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(200, JobFolder.Number(run.Json, "rowsWritten"));
    }

    [Fact]
    public async Task A_connection_that_is_lost_on_the_way_ends_the_job()
    {
        _redis.Command("EVAL", "for i = 1, 50000 do redis.call('SET', i, i) end", "0");
        await using var proxy = new TcpProxy(_redis.Port) { CutAfterReplyBytes = [long.MaxValue, 100_000] };
        var run = await RunAsync(Table("k INT, v INT", "k", "'mode' = 'STRING'", proxy.Port) + "CREATE TABLE b (k INT, v INT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT * FROM d");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"127.0.0.1:{proxy.Port}", JsonDocument.Parse(run.Out).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    /// <summary>How often the server was asked for something.</summary>
    private long CallsOf(string command)
    {
        var line = $"{_redis.Command("INFO", "commandstats")}".Split('\n').FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=')[1].Split(',')[0], CultureInfo.InvariantCulture);
    }
}
