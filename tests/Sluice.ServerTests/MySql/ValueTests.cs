using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>S-11: values travel as the text that the server prints.</summary>
public sealed class ValueTests(MariaDbServer server) : MySqlTest(server)
{
    [Fact]
    public async Task Every_type_comes_as_the_servers_text_and_has_its_data_type()
    {
        var db = await Server.NewDatabaseAsync("""
            CREATE TABLE t (i INT, b BIGINT UNSIGNED, t1 TINYINT(1), d DECIMAL(10,3), f FLOAT, g DOUBLE, da DATE, dt DATETIME(3), ts TIMESTAMP(6) NULL,
              ti TIME, y YEAR, c CHAR(5), e ENUM('x','y'), s SET('p','q'), j JSON, bin BINARY(3), bl BLOB, tx TEXT, m MEDIUMINT, sm SMALLINT);
            SET time_zone = '+00:00';
            INSERT INTO t VALUES (-7, 18446744073709551615, 1, 1.500, 0.5, -1e100, '2024-02-29', '2024-02-29 23:59:59.125', '2024-02-29 23:59:59.123456',
              '-838:59:59', 1999, 'ab', 'y', 'p,q', '{"a": 1}', 'ab', 'blob', 'text', -8388608, 32767);
            """);
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source(db, """{"table":"t","column":["*"]}"""));
        Assert.Equal<string?[]>(
            ["-7", "18446744073709551615", "1", "1.500", "0.5", "-1e100", "2024-02-29", "2024-02-29 23:59:59.125", "2024-02-29 23:59:59.123456",
             "-838:59:59", "1999", "ab", "y", "p,q", """{"a": 1}""", "ab\0", "blob", "text", "-8388608", "32767"],
            Assert.Single(rows[$"{db}.t"]));
        Assert.Equal(
            [DataType.Integer, DataType.Integer, DataType.Integer, DataType.Decimal, DataType.Double, DataType.Double, DataType.Date, DataType.DateTime, DataType.Timestamp,
             DataType.Time, DataType.Year, DataType.Text, DataType.Text, DataType.Text, DataType.Text, DataType.Bytes, DataType.Bytes, DataType.Text, DataType.Integer, DataType.Integer],
            plan.Schema.Fields.Select(f => f.Type));
        Assert.Equal("i,b,t1,d,f,g,da,dt,ts,ti,y,c,e,s,j,bin,bl,tx,m,sm", string.Join(',', plan.Schema.Fields.Select(f => f.Name)));
    }

    [Fact]
    public async Task Bit_is_an_integer_and_null_bits_stay_null()
    {
        var db = await Server.NewDatabaseAsync(
            "CREATE TABLE t (id INT, a BIT(1), b BIT(12), c BIT(64)); INSERT INTO t VALUES (1, b'1', b'101010101010', ~0), (2, NULL, 0, NULL)");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source(db, """{"table":"t","column":["a","id","b","c"]}"""));
        Assert.Equal([["1", "1", "2730", "18446744073709551615"], [null, "2", "0", null]], rows[$"{db}.t"]);
        Assert.All(plan.Schema.Fields, f => Assert.Equal(DataType.Integer, f.Type));
    }

    [Fact]
    public async Task Tables_in_latin1_utf8mb3_and_utf8mb4_give_the_same_utf8_bytes()
    {
        var db = await Server.NewDatabaseAsync("""
            CREATE TABLE t_0 (v VARCHAR(20)) CHARACTER SET latin1; CREATE TABLE t_1 (v VARCHAR(20)) CHARACTER SET utf8mb3; CREATE TABLE t_2 (v VARCHAR(20)) CHARACTER SET utf8mb4;
            INSERT INTO t_0 VALUES ('Zoë €5'); INSERT INTO t_1 VALUES ('Zoë €5'); INSERT INTO t_2 VALUES ('Zoë €5');
            """);
        Assert.Equal([["Zoë €5"], ["Zoë €5"], ["Zoë €5"]], await ReadAsync(db, """{"table":"t_[0-2]","column":["v"]}"""));
        Assert.Equal([["Zoë €5"], ["Zoë €5"], ["Zoë €5"]], await ReadAsync(db, """{"table":"t_[0-2]","column":["v"],"session":["SET NAMES latin1"]}"""));
    }

    [Fact]
    public async Task Emoji_nul_bytes_and_invalid_utf8_come_byte_for_byte()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (v TEXT, b BLOB); INSERT INTO t VALUES ('😀\U0001F469‍👩', x'00FF80C300'), (x'61006200', x'')".Replace("\\U0001F469", "👩"));
        var source = Source(db, """{"table":"t","column":["v","b"]}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var pool = new RowBatchPool(plan.Schema, BatchSize.Of(10));
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(pool));
        using var batch = (await reader.ReadAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("😀👩‍👩"u8.ToArray(), batch.Texts[0][0].ToArray());
        Assert.Equal([0x00, 0xFF, 0x80, 0xC3, 0x00], batch.Texts[1][0].ToArray());
        Assert.Equal("a\0b\0"u8.ToArray(), batch.Texts[0][1].ToArray());
        Assert.False(batch.Texts[1].IsNull(1));
        Assert.Equal(0, batch.Texts[1].Length[1]);
        Assert.Equal("😀👩‍👩"u8.Length + 5 + 4, batch.ValueBytes);
    }

    [Fact]
    public async Task Zero_and_partly_zero_dates_stay_as_they_are()
    {
        var db = await Server.NewDatabaseAsync("SET sql_mode=''; CREATE TABLE t (a DATE, b DATETIME, c TIMESTAMP); INSERT INTO t VALUES ('0000-00-00', '2024-00-00 00:00:00', 0)");
        Assert.Equal([["0000-00-00", "2024-00-00 00:00:00", "0000-00-00 00:00:00"]], await ReadAsync(db, """{"table":"t","column":["*"]}"""));
    }

    [Theory]
    [InlineData(null, "2024-01-01 12:00:00")]
    [InlineData("UTC", "2024-01-01 12:00:00")]
    [InlineData("+08:00", "2024-01-01 20:00:00")]
    [InlineData("GMT-5", "2024-01-01 07:00:00")]
    [InlineData("-03:30", "2024-01-01 08:30:00")]
    public async Task Timestamps_come_in_the_time_zone_that_is_asked_for_and_datetimes_do_not_move(string? zone, string expected)
    {
        var db = await Server.NewDatabaseAsync("SET time_zone='+00:00'; CREATE TABLE t (ts TIMESTAMP, dt DATETIME); INSERT INTO t VALUES ('2024-01-01 12:00:00', '2024-01-01 12:00:00')");
        var option = zone is null ? "" : $""", "timeZone":"{zone}" """;
        Assert.Equal([[expected, "2024-01-01 12:00:00"]], await ReadAsync(db, $$"""{"table":"t","column":["ts","dt"] {{option}} }"""));
    }

    [Fact]
    public async Task The_users_session_statements_win()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT); INSERT INTO t VALUES (1)");
        Assert.Equal([["+03:00", "5"]],
            await ReadAsync(db, """{"table":"t","column":["@@time_zone","@x"],"session":["SET time_zone = '+03:00'","set @x = 5;"]}"""));
    }

    [Fact]
    public async Task A_value_of_64_MiB_comes_whole_and_small_rows_beside_it()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT PRIMARY KEY, v LONGBLOB); INSERT INTO t VALUES (1,'a'), (2, REPEAT('x', 64 * 1024 * 1024)), (3,'c')");
        var source = Source(db, """{"table":"t","column":["id","v"]}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        var lengths = new List<int>();
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(1000))));
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                lengths.Add(batch.Texts[1][i].Length);
                Assert.Equal(-1, batch.Texts[1][i][1..].IndexOfAnyExcept((byte)'x'));
            }

            batch.Dispose();
        }

        Assert.Equal([1, 64 * 1024 * 1024, 1], lengths);
    }

    [Fact]
    public async Task An_empty_table_has_columns_and_no_rows()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t (id INT, v TEXT)");
        var (plan, rows) = await SourceRun.ReadSplitsAsync(Source(db, """{"table":"t","column":["*"]}"""));
        Assert.Equal(2, plan.Schema.Count);
        Assert.Empty(Assert.Single(rows).Value);
    }

    [Fact]
    public async Task Batches_end_at_their_number_of_rows_and_positions_count_on()
    {
        var db = await Server.NewDatabaseAsync("CREATE TABLE t AS SELECT seq FROM seq_1_to_25");
        var source = Source(db, """{"table":"t","column":["seq"]}""");
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
        var batches = new List<(int, long)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            batches.Add((batch.Count, batch.End.Ordinal));
            batch.Dispose();
        }

        Assert.Equal([(10, 10L), (10, 20L), (5, 25L)], batches);
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }
}
