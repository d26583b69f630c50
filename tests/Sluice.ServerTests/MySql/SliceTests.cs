using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>S-10: splitPk leaves no gap and no overlap.</summary>
public sealed class SliceTests(MariaDbServer server) : MySqlTest(server)
{
    [Theory]
    [InlineData("INT", "-5", "0", "17")]
    [InlineData("BIGINT", "-9223372036854775808", "9223372036854775807", "0", "-1")]
    [InlineData("BIGINT UNSIGNED", "0", "9223372036854775808", "18446744073709551615", "9223372036854775807")]
    [InlineData("BIGINT UNSIGNED", "18446744073709551615")]
    [InlineData("TINYINT", "3", "3", "3")]
    [InlineData("TINYINT", "-128", "127", "NULL", "NULL")]
    [InlineData("INT(8) UNSIGNED ZEROFILL", "1", "2", "30", "NULL")]
    [InlineData("INT", "NULL")]
    [InlineData("INT")]
    public async Task Integer_slices_hold_each_row_once(string type, params string[] values)
    {
        var insert = values.Length == 0 ? "" : $"INSERT INTO t VALUES {string.Join(',', values.Select(v => $"({v})"))}";
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type}); {insert}");
        await CheckAsync(db, "k");
    }

    [Fact]
    public async Task Random_integers_of_all_widths_are_held_once()
    {
        var random = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            var bits = random.Next(2, 64);
            var values = Enumerable.Range(0, random.Next(1, 400)).Select(_ => (random.NextInt64() >> (63 - bits)) * (random.Next(2) == 0 ? -1 : 1)).ToList();
            var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k BIGINT NOT NULL, KEY (k)); INSERT INTO t VALUES {string.Join(',', values.Select(v => $"({v})"))}");
            var plan = await CheckAsync(db, "k");
            Assert.DoesNotContain(plan.Splits, s => s.Id.EndsWith("#null", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")]
    [InlineData("VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL")]
    [InlineData("VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")]
    [InlineData("VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_nopad_ci")]
    [InlineData("VARCHAR(50) CHARACTER SET utf8mb3 COLLATE utf8mb3_german2_ci")]
    [InlineData("VARCHAR(50) CHARACTER SET latin1 COLLATE latin1_swedish_ci")]
    [InlineData("VARCHAR(50) CHARACTER SET latin1 COLLATE latin1_general_cs")]
    [InlineData("TEXT CHARACTER SET utf8mb4")]
    [InlineData("VARBINARY(50)")]
    [InlineData("BLOB")]
    public async Task Random_texts_are_held_once_whatever_the_collation(string type)
    {
        var random = new Random(type.Length);
        string[] alphabets = type.Contains("latin1", StringComparison.Ordinal)
            ? ["abcABC", "0123456789", "aäAÄzZ éß '\\%_", "~!\x7f "]
            : ["abcABC", "0123456789abcdef", "aäAÄzZ éß '\\%_", "日本語中文", "\0\x01 ", type.Contains("utf8mb3", StringComparison.Ordinal) ? "zß" : "😀👩a"];
        foreach (var alphabet in alphabets)
        {
            var runes = alphabet.EnumerateRunes().ToArray();
            var values = Enumerable.Range(0, random.Next(1, 300))
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => runes[random.Next(runes.Length)].ToString())));
            var literals = values.Select(v => random.Next(20) == 0 && !type.Contains("NOT NULL", StringComparison.Ordinal) ? "(NULL)" : $"(_utf8mb4 x'{Convert.ToHexString(Encoding.UTF8.GetBytes(v))}')");
            var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type}, KEY (k(50))); INSERT INTO t VALUES {string.Join(',', literals)}");
            await CheckAsync(db, "k");
        }
    }

    [Fact]
    public async Task Random_bytes_are_held_once()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 300).Select(_ =>
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return $"(x'{Convert.ToHexString(bytes)}')";
        });
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k BINARY(16) NOT NULL PRIMARY KEY); INSERT INTO t VALUES {string.Join(',', values)}");
        var plan = await CheckAsync(db, "k");
        Assert.Equal(20, plan.Splits.Count);
    }

    [Fact]
    public async Task Keys_like_uuids_and_numbered_names_make_slices_of_similar_size()
    {
        var db = await Server.NewDatabaseAsync("""
            CREATE TABLE t (k CHAR(36) PRIMARY KEY) CHARACTER SET latin1; INSERT INTO t SELECT CONCAT(SUBSTR(MD5(seq),1,8), '-', SUBSTR(MD5(seq),9,4), '-4', SUBSTR(MD5(seq),13,3), '-', SUBSTR(MD5(seq),17,4), '-', SUBSTR(MD5(seq),21,12)) FROM seq_1_to_4000;
            CREATE TABLE u (k VARCHAR(36) PRIMARY KEY); INSERT INTO u SELECT CONCAT('user_', LPAD(seq, 8, '0')) FROM seq_1_to_4000;
            """);
        foreach (var table in (string[])["t", "u"])
        {
            var (_, rows) = await SourceRun.ReadSplitsAsync(Source(db, $$"""{"table":"{{table}}","column":["k"],"splitPk":"k"}"""), parallelism: 4);
            Assert.Equal(20, rows.Count);
            Assert.All(rows.Values, r => Assert.InRange(r.Count, 100, 320));
        }
    }

    [Fact]
    public async Task One_task_reads_one_slice()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY); INSERT INTO t SELECT seq FROM seq_1_to_100");
        var plan = await Source(db, """{"table":"t","column":["k"],"splitPk":"k"}""").PrepareAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal($"{db}.t", Assert.Single(plan.Splits).Id);
    }

    [Fact]
    public async Task Slices_are_tasks_times_the_factor_over_all_tables_and_at_least_one_for_each()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t_0 (k INT PRIMARY KEY); INSERT INTO t_0 SELECT seq FROM seq_1_to_100; CREATE TABLE t_1 LIKE t_0; INSERT INTO t_1 SELECT * FROM t_0");
        async Task<IEnumerable<string>> IdsAsync(string more) =>
            (await Source(db, $$"""{"table":"t_[0-1]","column":["k"],"splitPk":"k" {{more}} }""").PrepareAsync(2, TestContext.Current.CancellationToken)).Splits.Select(s => s.Id);
        Assert.Equal(["#1", "#2", "#3", "#4", "#5"], (await IdsAsync("")).Where(i => i.Contains("t_1")).Select(i => i[(db.Length + 4)..]));
        Assert.Equal(10, (await IdsAsync("")).Count());
        Assert.Equal(6, (await IdsAsync(""", "splitFactor": "3" """)).Count());
        Assert.Equal([$"{db}.t_0", $"{db}.t_1"], await IdsAsync(""", "splitFactor": 1 """));
    }

    [Fact]
    public async Task The_first_and_the_last_slice_are_open()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT PRIMARY KEY); INSERT INTO t VALUES (0),(99)");
        var plan = await Source(db, """{"table":"t","column":["k"],"splitPk":"k","splitFactor":1}""").PrepareAsync(2, TestContext.Current.CancellationToken);
        Assert.Equal(["SELECT `k` FROM `t` WHERE (`k` < 50) ORDER BY `k`", "SELECT `k` FROM `t` WHERE (`k` >= 50) ORDER BY `k`"], plan.Splits.Select(s => s.Describe()));
    }

    [Theory]
    [InlineData("DECIMAL(10,2)")]
    [InlineData("DOUBLE")]
    [InlineData("DATETIME")]
    [InlineData("ENUM('a')")]
    public async Task A_key_of_another_type_is_refused(string type)
    {
        var db = await Server.NewDatabaseAsync($"CREATE TABLE t (k {type})");
        var e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, """{"table":"t","column":["k"],"splitPk":"k"}""").PrepareAsync(4, TestContext.Current.CancellationToken));
        Assert.StartsWith("job.json (splitPk): 'splitPk' is \"k\", which is neither an integer nor a text column", e.Message);
    }

    [Theory]
    [InlineData("nope", "Unknown column 'nope'")]
    [InlineData("k+1", "allowed: the name of one column")]
    public async Task A_key_that_is_no_column_is_refused(string key, string message)
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (k INT)");
        var e = await Assert.ThrowsAsync<ConfigException>(() => Source(db, $$"""{"table":"t","column":["k"],"splitPk":"{{key}}"}""").PrepareAsync(4, TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message);
    }

    /// <summary>Reads the slices for four tasks and compares with the table: the same rows, none twice.</summary>
    private async Task<SourcePlan> CheckAsync(string db, string key)
    {
        var hex = $"HEX(CAST({key} AS CHAR))";
        var whole = await ReadAsync(db, $$"""{"table":"t","column":["{{hex}}"]}""");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source(db, $$"""{"table":"t","column":["{{hex}}"],"splitPk":"{{key}}"}"""), parallelism: 4);
        Assert.Equal(whole.Select(r => r[0]).Order(StringComparer.Ordinal), rows.Values.SelectMany(r => r).Select(r => r[0]).Order(StringComparer.Ordinal));
        return plan;
    }
}
