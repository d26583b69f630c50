using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.ServerTests.Lookups;

namespace Sluice.Tests.Redis.Lookups;

/// <summary>What a redis dimension table takes and refuses before anything is connected (S-28 to S-33).</summary>
public sealed class LookupOptionTests
{
    private static DimensionTable Table(string columns, string primaryKey, string options, string? asked = null) =>
        new(columns, primaryKey, options.Length == 0 ? "'port'='6379'" : options, asked);

    private static string Refusal(string columns, string primaryKey, string options) =>
        Assert.Throws<ConfigException>(() => Table(columns, primaryKey, options)).Message;

    public static TheoryData<string, string, string, string, string> Misfits => new()
    {
        { "", "k STRING", "k", "it has 1 column, 2 are expected: key, value", "CREATE TABLE sink (key STRING, value STRING, PRIMARY KEY (key) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', ...)" },
        { "", "k STRING, a STRING, b STRING", "k", "it has 3 columns, 2 are expected", "'mode' = 'STRING'" },
        { "", "k STRING, v STRING", "", "a redis table needs PRIMARY KEY (...) NOT ENFORCED", "PRIMARY KEY (key) NOT ENFORCED" },
        { "", "k STRING, v STRING", "k, v", "PRIMARY KEY (k, v) names 2 columns; the rows are found by one", "PRIMARY KEY (key) NOT ENFORCED" },
        { "", "k STRING, v TEXTS", "k", "column 'v' is ARRAY<STRING>; it takes scalar types only", "value STRING" },
        { "'mode'='HASHMAP'", "k STRING", "k", "it has no column beside the key", "CREATE TABLE sink (key STRING, field1 STRING, field2 STRING, PRIMARY KEY (key) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'HASHMAP', ...)" },
        { "'mode'='HASHMAP'", "k STRING, f STRING, v STRING", "k, f", "names 2 columns; the rows are found by one", "field2 STRING" },
        { "'hashName'='h'", "k STRING, a STRING, b STRING", "k", "it has 3 columns, 2 are expected: field, value", "CREATE TABLE sink (field STRING, value STRING, PRIMARY KEY (field) NOT ENFORCED) WITH ('connector' = 'redis', 'hashName' = '...', ...)" },
        { "'mode'='LIST'", "k STRING, v STRING", "k", "column 'v' is STRING; the column beside the key has to be ARRAY<STRING>", "CREATE TABLE sink (key STRING, elements ARRAY<STRING>, PRIMARY KEY (key) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', ...)" },
        { "'mode'='SET'", "k STRING, v ARRAY", "k", "column 'v' is ARRAY<INT>", "elements ARRAY<STRING>" },
        { "'mode'='SORTEDSET'", "k STRING, s DOUBLE, m STRING", "k", "column 's' is DOUBLE", "'mode' = 'SORTEDSET'" },
        { "'mode'='SORTEDSET'", "k STRING, s STRING, m STRING", "k, m", "column 's' is STRING; the column beside the primary key is the score, which has to be numeric, such as DOUBLE", "CREATE TABLE sink (key STRING, value STRING, score DOUBLE, PRIMARY KEY (key, value) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'SORTEDSET', ...)" },
        { "'mode'='SORTEDSET'", "k STRING, m STRING", "k, m", "it has 2 columns, 3 are expected: key, value, score", "score DOUBLE" },
        { "'mode'='SORTEDSET'", "k STRING, m STRING, s DOUBLE", "k, m, s", "names 3 columns; the rows are found by one", "elements ARRAY<STRING>" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Columns_that_do_not_fit_are_answered_with_the_expected_table(string options, string columns, string primaryKey, string says, string table)
    {
        var message = Refusal(columns, primaryKey, options);
        Assert.StartsWith("test.sql:1:1: table 'sink': ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(table, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'mode'='SORTEDSET'", "season STRING, product STRING, amount DOUBLE", "season", "For a row of each member with its score, name the member too: PRIMARY KEY (season, product) NOT ENFORCED")]
    [InlineData("'mode'='SORTEDSET'", "amount DOUBLE, season STRING, product STRING", "season", "PRIMARY KEY (season, product) NOT ENFORCED")]
    [InlineData("", "id STRING, name STRING, age INT", "id", ", ...). Where each row is a hash in Redis and its columns are fields, say 'mode' = 'HASHMAP'")]
    public void What_a_table_may_have_been_meant_to_be_is_said_after_the_expected_one(string options, string columns, string primaryKey, string hint) =>
        Assert.EndsWith(hint, Refusal(columns, primaryKey, options), StringComparison.Ordinal);

    [Theory]
    [InlineData("'mode'='STRNG'", "'mode' is \"STRNG\"; allowed: one of STRING, LIST, SET, HASHMAP, SORTEDSET (did you mean STRING?)")]
    [InlineData("'mode'='STRING', 'hashName'='h'", "'mode' is \"STRING\", and 'hashName' reads the fields of one hash; allowed with it: HASHMAP, or no 'mode'")]
    [InlineData("'mode'='list', 'hashName'='h'", "allowed with it: HASHMAP")]
    [InlineData("'hashname'='h'", "has no option 'hashname'; did you mean 'hashName'?")]
    [InlineData("'host'='(absent)'", "no Redis address")]
    [InlineData("'username'='u', 'password'=''", "'username' goes with 'password', which is empty")]
    [InlineData("'host'='127.0.0.1:17401'", "'host' is \"127.0.0.1:17401\", which is more than a host; put what follows the colon into 'port', or give 'hostAndPorts' = '127.0.0.1:17401'")]
    [InlineData("'host'='[::1]:6379'", "'host' is \"[::1]:6379\", which is more than a host")]
    [InlineData("'lookup.ignore-parse-errors'='maybe'", "'lookup.ignore-parse-errors' is \"maybe\"; allowed: true or false")]
    [InlineData("'cache'='some'", "'cache' is \"some\"; allowed: one of None, LRU, ALL")]
    [InlineData("'cacheTracking'='true'", "'cacheTracking' is true and the cache is None")]
    [InlineData("'clusterMode'='true', 'dbNum'='1'", "'dbNum' is 1, and a Redis Cluster has database 0 alone")]
    public void What_is_wrong_with_an_option_is_said_before_anything_is_connected(string options, string says)
    {
        var message = Refusal("k STRING, v STRING", "k", options);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.StartsWith("test.sql:1:1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_options_of_a_sink_are_let_pass_and_those_of_a_cache_are_taken()
    {
        var table = Table("k STRING, v STRING", "k",
            "'mode'='string', 'flattenHash'='true', 'ignoreDelete'='true', 'expiration'='5', 'sink.buffer-flush.max-rows'='7', 'sink.delivery-guarantee'='exactly-once', "
            + "'cache'='lru', 'cacheSize'='17', 'cacheTracking'='true', 'async'='true', 'lookup.max-retries'='1'");
        Assert.Equal((CacheMode.Lru, 17L, true, true, 1), (table.Lookup.Settings.Cache, table.Lookup.Settings.MaxRows, table.Lookup.Settings.Tracks, table.Lookup.Settings.MayReorder, table.Lookup.Settings.MaxRetries));
        Assert.Equal("redis 127.0.0.1:6379/0", table.Lookup.Name);
        Assert.Empty(table.Warnings);
    }

    [Theory]
    [InlineData("k STRING, v STRING", "k", "'key-prefix'='p', 'key-prefix-delimiter'=':'", null, "MGET p:{k} ...; GET p:{k} for each that has nothing")]
    [InlineData("k STRING, v STRING", "k", "'key-prefix-delimiter'=':'", null, "MGET {k} ...; GET {k} for each that has nothing")]
    [InlineData("v STRING, k STRING, w INT", "k", "'mode'='HASHMAP'", null, "HMGET {k} v w")]
    [InlineData("v STRING, k STRING, w INT", "k", "'mode'='HASHMAP'", "", "HMGET {k} v w")]
    [InlineData("v STRING, k STRING, w INT", "k", "'mode'='HASHMAP'", "w", "HMGET {k} w; where it has none of them, HMGET {k} v tells whether it has a row")]
    [InlineData("f STRING, v STRING", "f", "'hashName'='h'", null, "HMGET h {f} ...")]
    [InlineData("f STRING, v STRING", "f", "'hashName'='h', 'key-prefix'='x_'", null, "HMGET h x_{f} ...")]
    [InlineData("k STRING, v TEXTS", "k", "'mode'='LIST'", null, "LRANGE {k} 0 -1")]
    [InlineData("k STRING, v TEXTS", "k", "'mode'='SET'", null, "SMEMBERS {k}")]
    [InlineData("k STRING, v TEXTS", "k", "'mode'='SET'", "", "SCARD {k}")]
    [InlineData("k STRING, v TEXTS", "k", "'mode'='SORTEDSET'", null, "ZRANGE {k} 0 -1")]
    [InlineData("s DOUBLE, m STRING, k STRING", "k, m", "'mode'='SORTEDSET'", null, "ZSCORE {k} {m}")]
    public void Explain_shows_the_commands_of_a_lookup(string columns, string primaryKey, string options, string? asked, string expected) =>
        Assert.Equal([expected], Table(columns, primaryKey, options, asked).Lookup.Explain());

    [Fact]
    public void A_host_may_be_an_address_with_several_colons() =>
        Assert.StartsWith("redis ", Table("k STRING, v STRING", "k", "'host'='fe80::1'").Lookup.Name, StringComparison.Ordinal);

    [Fact]
    public void Explain_shows_of_a_table_that_is_kept_whole_how_it_is_loaded() =>
        Assert.Equal(["loaded whole: SCAN ... MATCH p:*, then MGET p:{k} ...; GET p:{k} for each that has nothing"],
            Table("k STRING, v STRING", "k", "'key-prefix'='p:', 'cache'='ALL'").Lookup.Explain());

    [Fact]
    public void Explain_tells_of_tracking() =>
        Assert.Equal(["HMGET h {f} ...", "CLIENT TRACKING ON on each connection: Redis tells which of the keys that were read have changed"],
            Table("f STRING, v STRING", "f", "'hashName'='h', 'cache'='LRU', 'cacheTracking'='true'").Lookup.Explain());

    [Fact]
    public void Records_hold_what_is_asked_for_in_that_order()
    {
        var table = Table("a INT, k STRING, b STRING, c BIGINT", "k", "'mode'='HASHMAP'", asked: "c, a");
        Assert.Equal("c BIGINT, a INT", string.Join(", ", table.Lookup.Layout.Schema.Fields.Select(f => $"{f.Name} {f.Sql}")));
    }
}
