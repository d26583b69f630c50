using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Sql;

/// <summary>Wrong scripts: refused before anything is written, with their place.</summary>
public sealed class BadScriptTests(KafkaBroker kafka, RedisServer redis) : ScriptTest(kafka, redis), IClassFixture<KafkaBroker>, IClassFixture<RedisServer>
{
    private const string Rows = "INSERT INTO r SELECT * FROM (VALUES ('a', 'b')) AS v (k, v);";

    [Fact]
    public async Task An_unknown_option_names_the_nearest_and_all_others()
    {
        await ExpectAsync(2, $"CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING", "'experation' = '5'")};\n{Rows}",
            "script.sql:1:", "'experation'", "did you mean 'expiration'", "sink.buffer-flush.max-rows");
        Assert.Equal(0L, Redis.Command("DBSIZE"));
    }

    [Fact]
    public Task A_missing_primary_key_prints_the_expected_table() =>
        ExpectAsync(2, $"CREATE TABLE r (k STRING, v STRING) {Into("STRING")};\n{Rows}", "script.sql:1:", "PRIMARY KEY", "NOT ENFORCED");

    [Theory]
    [InlineData("STRING", "k STRING, v STRING, w STRING")]
    [InlineData("LIST", "k STRING")]
    [InlineData("SET", "k STRING, v STRING, w STRING")]
    [InlineData("HASHMAP", "k STRING, v STRING")]
    [InlineData("SORTEDSET", "k STRING, v STRING")]
    [InlineData("SORTEDSET", "k STRING, score STRING, v STRING")]
    public async Task Columns_that_do_not_fit_the_mode_print_the_expected_table(string mode, string columns)
    {
        var nulls = string.Join(", ", columns.Split(',').Select(_ => "'x'"));
        await ExpectAsync(2, $"CREATE TABLE r ({columns}, PRIMARY KEY (k) NOT ENFORCED) {Into(mode)};\nINSERT INTO r SELECT {nulls};",
            "script.sql:1:", "CREATE TABLE", "key STRING", "PRIMARY KEY (key) NOT ENFORCED");
        Assert.Equal(0L, Redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_script_with_several_errors_reports_them_all_and_runs_nothing()
    {
        await ExpectAsync(2, $"""
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING")};
            {Rows}
            CREATE TABEL x (a INT);
            INSERT INTO r SELECT missing, 'b' FROM (VALUES ('a')) AS v (k);
            INSERT INTO nowhere SELECT 1;
            SELECT COUNT(*) FROM (VALUES (1)) AS v (k);
            """, "script.sql:3:8:", "script.sql:4:22:", "script.sql:5:13:", "script.sql:6:8:");
        Assert.Equal(0L, Redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task A_default_written_out_is_accepted()
    {
        await ExpectAsync(0, $"CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING", "'clusterMode' = 'false', 'ignoreDelete' = 'false', 'dbNum' = '0', 'connection.pool.max-total' = '8'")};\n{Rows}");
        Assert.Equal("b", Redis.Command("GET", "a"));
    }

    [Fact]
    public async Task A_broker_that_nobody_listens_on_fails_with_its_address()
    {
        var port = ServerProcess.FreePort();
        await ExpectAsync(1, $"""
            CREATE TABLE t (k STRING) WITH ('connector' = 'kafka', 'topic' = 'x', 'properties.bootstrap.servers' = '127.0.0.1:{port}', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
            CREATE TABLE b (k STRING) WITH ('connector' = 'blackhole');
            INSERT INTO b SELECT * FROM t;
            """, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task A_redis_that_nobody_listens_on_fails_with_its_address()
    {
        var port = ServerProcess.FreePort();
        await ExpectAsync(1, $"""
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', 'host' = '127.0.0.1', 'port' = '{port}');
            {Rows}
            """, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_not_shown()
    {
        Redis.Command("CONFIG", "SET", "requirepass", "the right one");
        try
        {
            var run = await RunAsync($"CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) {Into("STRING", "'password' = 'sesame42'")};\n{Rows}");
            Assert.Equal(2, run.ExitCode);
            Assert.DoesNotContain("sesame42", run.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Redis.Command("CONFIG", "SET", "requirepass", "");
        }
    }
}
