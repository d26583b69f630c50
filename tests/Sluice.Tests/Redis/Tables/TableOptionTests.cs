using Sluice.Engine.Errors;
using Sluice.ServerTests.RedisTables;

namespace Sluice.Tests.Redis.Tables;

/// <summary>What a redis sink table takes and refuses before anything is connected (S-21, S-22, S-24).</summary>
public sealed class TableOptionTests
{
    private static string Refusal(string columns, string primaryKey, string options) =>
        Assert.Throws<ConfigException>(() => new SinkTable(columns, primaryKey, options)).Message;

    private static string[] Explain(string columns, string primaryKey, string options) =>
        [.. new SinkTable(columns, primaryKey, options).Sink.Explain(null)];

    public static TheoryData<string, string, string, string> Layouts => new()
    {
        { "'mode'='STRING'", "a STRING", "1 column, 2 are expected", "CREATE TABLE sink (key STRING, value STRING, PRIMARY KEY (key) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', ...)" },
        { "'mode'='LIST'", "a STRING, b STRING, c STRING", "3 columns, 2 are expected", "CREATE TABLE sink (key STRING, value STRING, PRIMARY KEY (key) NOT ENFORCED /* or (key, value): deletes then remove that element alone */) WITH ('connector' = 'redis', 'mode' = 'LIST', ...)" },
        { "'mode'='SET'", "a STRING", "1 column, 2 are expected", "CREATE TABLE sink (key STRING, value STRING, PRIMARY KEY (key) NOT ENFORCED /* or (key, value): deletes then remove that member alone */) WITH ('connector' = 'redis', 'mode' = 'SET', ...)" },
        { "'mode'='HASHMAP'", "a STRING, b STRING", "2 columns, 3 are expected", "CREATE TABLE sink (key STRING, field STRING, value STRING, PRIMARY KEY (key) NOT ENFORCED /* or (key, field): deletes then remove that field alone */) WITH ('connector' = 'redis', 'mode' = 'HASHMAP', ...)" },
        { "'mode'='HASHMAP', 'flattenHash'='true'", "a STRING", "no column beside the key", "CREATE TABLE sink (key STRING, col1 STRING, col2 STRING, PRIMARY KEY (key) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'HASHMAP', 'flattenHash' = 'true', ...)" },
        { "'mode'='SORTEDSET'", "a STRING, b STRING", "2 columns, 3 are expected", "CREATE TABLE sink (key STRING, score DOUBLE, value STRING, PRIMARY KEY (key) NOT ENFORCED /* or (key, value): deletes then remove that member alone */) WITH ('connector' = 'redis', 'mode' = 'SORTEDSET', ...)" },
        { "'mode'='SORTEDSET'", "a STRING, b STRING, c DOUBLE", "its score 'b' is STRING", "(key STRING, score DOUBLE, value STRING," },
        { "'mode'='STRING'", "a STRING, b ARRAY", "column 'b' is ARRAY<INT>", "scalar types only" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Columns_that_do_not_fit_the_mode_are_answered_with_the_expected_table(string options, string columns, string says, string table)
    {
        var message = Refusal(columns, "a", options);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(table, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "", "a redis table needs PRIMARY KEY")]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k, v", "PRIMARY KEY (k, v) names more than the key")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s DOUBLE, m STRING", "k, s", "the member 'm'")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, v", "the field 'f'")]
    [InlineData("'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f, v", "the field 'f'")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k STRING, f STRING", "k, f", "names more than the key")]
    public void Primary_keys_that_do_not_fit_the_mode_are_answered_with_the_expected_table(string options, string columns, string primaryKey, string says)
    {
        var message = Refusal(columns, primaryKey, options);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE sink (", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'port'='6379'", "'mode' is missing; it takes: one of STRING, LIST, SET, HASHMAP, SORTEDSET; only a table that is looked up in, and not written, does without")]
    [InlineData("'mode'='STRNG'", "did you mean STRING?")]
    [InlineData("'mode'='STRING', 'port'='<yourPort>'", "'port' is \"<yourPort>\"; allowed: integer from 1 to 65535")]
    [InlineData("'mode'='STRING', 'host'='(absent)'", "no Redis address: give 'host' (and 'port')")]
    [InlineData("'mode'='STRING', 'expiration'='-1'", "'expiration' is \"-1\"; allowed: integer from 0")]
    [InlineData("'mode'='STRING', 'sink.buffer-flush.interval'='soon'", "'sink.buffer-flush.interval' is \"soon\"; allowed: duration")]
    [InlineData("'mode'='STRING', 'clusterMode'='true', 'dbNum'='1'", "'dbNum' is 1, and a Redis Cluster has database 0 alone")]
    [InlineData("'mode'='STRING', 'hostAndPorts'='a:1,b:2'", "'a:1,b:2' names 2 servers; one is allowed, or the sentinels of 'sentinel.master', or the nodes of a Redis Cluster")]
    [InlineData("'mode'='STRING', 'tls'='no'", "'tls' is \"no\"; allowed: true or false")]
    [InlineData("'mode'='STRING', 'cacert.filepath'='none.jks'", "none.jks' cannot be read")]
    [InlineData("'mode'='STRING', 'sentinel.master'='m'", "'sentinel.master' goes with 'hostAndPorts'")]
    [InlineData("'mode'='STRING', 'sink.position-retention'='1d'", "goes with 'sink.delivery-guarantee' exactly-once")]
    [InlineData("'mode'='STRING', 'sink.delivery-guarantee'='exactly-once', 'sink.position-retention'='0'", "'sink.position-retention' is 0ms; allowed: from 1 s")]
    [InlineData("'mode'='STRING', 'username'='u'", "'username' goes with 'password', which is absent")]
    [InlineData("'mode'='STRING', 'host'='redis://there:1'", "'host' is a URL; allowed: the host alone")]
    [InlineData("'mode'='STRING', 'sink.retry-timeout'='0'", "allowed: from 1ms")]
    [InlineData("'mode'='STRING', 'keyprefix'='x'", "has no option 'keyprefix'; did you mean 'key-prefix'?")]
    public void What_is_wrong_with_an_option_is_said_before_anything_is_connected(string options, string says)
    {
        var message = Refusal("k STRING, v STRING", "k", options);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.StartsWith("test.sql:1:1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_of_the_reference_is_taken_at_its_default()
    {
        var table = new SinkTable("k STRING, v STRING", "k",
            "'mode'='string', 'port'='6379', 'password'='', 'dbNum'='0', 'clusterMode'='false', 'key-prefix'='', 'key-prefix-delimiter'='', "
            + "'connection.pool.max-total'='8', 'connection.pool.max-idle'='8', 'connection.pool.min-idle'='0', 'connect.timeout'='3000ms', 'socket.timeout'='3 s', "
            + "'cacert.filepath'='', 'flattenHash'='false', 'ignoreDelete'='false', 'expiration'='0', 'sink.buffer-flush.max-rows'='200', 'sink.buffer-flush.interval'='1000ms', "
            + "'hashName'='h', 'cache'='LRU', 'cacheSize'='10', 'cacheTTLMs'='1', 'cacheEmpty'='true', 'cacheReloadTimeBlackList'='', 'async'='false', "
            + "'sink.delivery-guarantee'='at-least-once', 'sink.retry-timeout'='30s', 'sink.parallelism'='1', 'tls'='false', 'sink.position-retention'='7 d'");
        Assert.Equal("redis 127.0.0.1:6379/0", table.Sink.Name);
        Assert.Empty(table.Warnings);
    }

    [Fact]
    public void Options_without_effect_are_warned_of()
    {
        var table = new SinkTable("k STRING, v STRING", "k", "'mode'='SET', 'flattenHash'='true', 'sink.parallelism'='4'");
        Assert.Contains(table.Warnings, w => w.Contains("'flattenHash' goes with mode HASHMAP", StringComparison.Ordinal));
        Assert.Contains(table.Warnings, w => w.Contains("'sink.parallelism' 4 has no effect", StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_shows_the_commands_of_each_kind_of_row()
    {
        Assert.Equal(["+I, +U: SET p:{k} {v}, expiring after 5 ms", "null:   DEL p:{k}", "-D:     DEL p:{k}", "-U:     DEL p:{k}, unless the +U after it overwrites the same element", "flush:  200 rows or 1000 ms"],
            Explain("k STRING, v STRING", "k", "'mode'='STRING', 'expiration'='5', 'key-prefix'='p', 'key-prefix-delimiter'=':'"));
        Assert.Equal(["+I, +U: LPUSH {k} {v}", "-D:     LREM {k} 1 {v}", "-U:     LREM {k} 1 {v}", "flush:  each row at once"],
            Explain("v STRING, k STRING", "k, v", "'mode'='LIST', 'sink.buffer-flush.max-rows'='0'"));
        Assert.Equal(["+I, +U: ZADD {k} {s} {m}", "-U, -D: ignored", "flush:  5 rows"],
            Explain("k STRING, s DOUBLE, m STRING", "k", "'mode'='SORTEDSET', 'ignoreDelete'='true', 'sink.buffer-flush.max-rows'='5', 'sink.buffer-flush.interval'='0'"));
        Assert.Equal(["+I, +U: HSET {k} a {a} b {b}", "null:   HDEL {k} and the name of each null column"],
            Explain("k STRING, a STRING, b STRING", "k", "'mode'='HASHMAP', 'flattenHash'='true'").Take(2));
    }

    [Theory]
    [InlineData("'clusterMode'='true', 'sink.delivery-guarantee'='exactly-once'", "server: a cluster, through these nodes", "delivery: exactly-once")]
    [InlineData("'tls'='true'", "server: over TLS")]
    [InlineData("'tls'='true', 'hostAndPorts'='127.0.0.1:26379', 'sentinel.master'='orders'", "server: the master that the sentinels name, over TLS")]
    public void Explain_shows_what_an_address_does_not(string options, params string[] lines) =>
        Assert.Equal(lines, Explain("k STRING, v STRING", "k", $"'mode'='STRING', {options}").Skip(5));
}
