using Sluice.Connectors.Sqlite;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.Servers;
using SQLitePCL;

namespace Sluice.Tests.Sqlite;

public sealed class SqliteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-sqlite-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Values_come_as_sqlites_text_and_blobs_as_they_are()
    {
        Make("CREATE TABLE t (i INTEGER, r REAL, s VARCHAR(20), b BLOB, n TEXT, d DATETIME); INSERT INTO t VALUES (-9223372036854775808, 0.1, 'Zoë 😀', x'00FF', NULL, '2024-01-01 12:00:00'), ('text', 1e300, '', x'', 5, 7)");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source("""{"path":"x.db","table":"t","column":["*"]}"""));
        Assert.Equal([DataType.Integer, DataType.Double, DataType.Text, DataType.Bytes, DataType.Text, DataType.DateTime], plan.Schema.Fields.Select(f => f.Type));
        Assert.Equal("i, r, s, b, n, d", plan.Schema.ToString());
        Assert.Equal<string?[]>(["-9223372036854775808", "0.1", "Zoë 😀", "\0\uFFFD", null, "2024-01-01 12:00:00"], rows["t"][0]);
        Assert.Equal<string?[]>(["text", "1.0e+300", "", "", "5", "7"], rows["t"][1]);
    }

    [Fact]
    public async Task Bytes_of_blobs_and_texts_with_nul_in_them_are_kept()
    {
        Make("CREATE TABLE t (b BLOB, s TEXT); INSERT INTO t VALUES (x'00FF80', CAST(x'610062' AS TEXT))");
        var source = Source("""{"path":"x.db","table":"t","column":["b","s"]}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
        using var batch = (await reader.ReadAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal([0x00, 0xFF, 0x80], batch.Texts[0][0].ToArray());
        Assert.Equal("a\0b"u8.ToArray(), batch.Texts[1][0].ToArray());
        Assert.Equal(6, batch.ValueBytes);
    }

    [Fact]
    public async Task A_file_in_utf16_gives_utf8()
    {
        Make("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (s TEXT); INSERT INTO t VALUES ('Zoë 😀')");
        Assert.Equal([["Zoë 😀"]], await ReadAsync("""{"path":"x.db","table":"t","column":["s"]}"""));
    }

    [Fact]
    public async Task Columns_tables_conditions_and_queries_mean_what_they_mean_for_mysql()
    {
        Make("CREATE TABLE t_0 (a INT, \"or der\" TEXT); CREATE TABLE t_1 (\"or der\" TEXT, a INT); INSERT INTO t_0 VALUES (1,'x'),(2,'y'); INSERT INTO t_1 VALUES ('z', 3)");
        Assert.Equal([["x", "1", "2", "c", null], ["z", "3", "4", "c", null]],
            await ReadAsync("""{"path":"x.db","table":"t_[0-1]","column":["or der","a","a+1","'c'","null"],"where":"a = 1 OR a = 3;"}"""));
        Assert.Equal([["1", "x"], ["2", "y"], ["3", "z"]], await ReadAsync("""{"path":"x.db","table":["t_0","main.t_1"],"column":["*"]}"""));
        Assert.Equal([["2"], ["9"]], await ReadAsync("""{"path":"x.db","querySql":["SELECT COUNT(*) FROM t_0;","SELECT 9"]}"""));
    }

    [Fact]
    public async Task Large_tables_come_in_batches_whose_positions_count_on()
    {
        Make("CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n");
        var rows = await ReadAsync("""{"path":"x.db","table":"t","column":["i"]}""");
        Assert.Equal(Enumerable.Range(1, 2500).Select(i => $"{i}"), rows.Select(r => r[0]));
    }

    [Theory]
    [InlineData("""{"table":"t","column":["*"]}""", "'path' is missing")]
    [InlineData("""{"path":"no.db","table":"t","column":["*"]}""", "job.json (path): 'path': there is no file ")]
    [InlineData("""{"path":"text.txt","table":"t","column":["*"]}""", "file is not a database (SQLite error 26)")]
    [InlineData("""{"path":"x.db","table":"nope","column":["*"]}""", "job.json (table): sqlite ")]
    [InlineData("""{"path":"x.db","table":"nope","column":["*"]}""", "no such table: nope")]
    [InlineData("""{"path":"x.db","table":"t","column":["nope"]}""", "no such column: nope")]
    [InlineData("""{"path":"x.db","table":["t","u"],"column":["*"]}""", "table 'u' has 2 columns, 't' has 1")]
    [InlineData("""{"path":"x.db","querySql":["SELECT 1","SELECT 1, 2"]}""", "'query#2' gives 2 columns, 'query#1' gives 1")]
    [InlineData("""{"path":"x.db","table":[],"column":["*"]}""", "'table' is empty")]
    [InlineData("""{"path":"x.db"}""", "there is nothing to read")]
    [InlineData("""{"path":"x.db","table":"t"}""", "'column' is missing")]
    [InlineData("""{"path":"x.db","querySql":"SELEC 1"}""", "syntax error")]
    [InlineData("""{"path":"x.db","querySql":"DELETE FROM t"}""", "it must be one SELECT")]
    [InlineData("""{"path":"x.db","querySql":"SELECT 1; SELECT 2"}""", "it must be one SELECT")]
    public async Task What_is_missing_is_refused(string json, string message)
    {
        Make("CREATE TABLE t (a INT); CREATE TABLE u (a INT, b INT)");
        await File.WriteAllTextAsync(Path.Combine(_folder, "text.txt"), new string('x', 4096), TestContext.Current.CancellationToken);
        var e = await Assert.ThrowsAsync<ConfigException>(() => ReadAsync(json));
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public async Task A_running_query_can_be_stopped()
    {
        Make("");
        var source = Source("""{"path":"x.db","querySql":"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => reader.ReadAsync(stop.Token).AsTask(), TestContext.Current.CancellationToken));
    }

    private ISource Source(string json) => SourceRun.Create("sqlitereader", json, baseDirectory: _folder);

    private async Task<List<string?[]>> ReadAsync(string json) => await SourceRun.ReadAsync(Source(json));

    private void Make(string sql)
    {
        SqliteDatabase.EnsureLibrary();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(_folder, "x.db"), out var database));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, sql + ";PRAGMA user_version = 1"));
        }
    }
}
