using System.Text;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>Values that are often broken on the way: in Redis stand the bytes that the table has.</summary>
public sealed class ValueTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    [Fact]
    public async Task An_empty_table_is_a_success_of_no_rows()
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9))");
        folder.Job(""" "table": "t", "column": ["id", "name"], "splitPk": "id" """, """ "keyIndexes": 0 """, """{"speed": {"concurrent": 4}}""");
        await MovesAsync(folder, 0);
        Assert.Equal(0, Keys);
    }

    [Fact]
    public async Task A_value_of_64_MiB_arrives_whole()
    {
        const int Size = 64 << 20;
        var folder = await FolderAsync($"CREATE TABLE t (id INT PRIMARY KEY, v LONGBLOB); INSERT INTO t VALUES (1, 'before'), (2, CONCAT(REPEAT('x', {Size - 4}), x'00FF0D0A')), (3, 'after')");
        folder.Job(""" "table": "t", "column": ["id", "v"] """, """ "keyIndexes": 0 """);

        await MovesAsync(folder, 3);

        Assert.Equal((long)Size, Redis.Command("STRLEN", "2"));
        Assert.Equal("xx", Redis.Command("GETRANGE", "2", "0", "1"));
        Assert.Equal([0x78, 0x00, 0xFF, 0x0D, 0x0A], (byte[])Redis.CommandBytes("GETRANGE"u8.ToArray(), "2"u8.ToArray(), "-5"u8.ToArray(), "-1"u8.ToArray())!);
        Assert.Equal("before", Get("1"));
        Assert.Equal("after", Get("3"));
    }

    [Fact]
    public async Task Emoji_nul_bytes_line_breaks_and_invalid_utf8_are_byte_exact_in_keys_and_values()
    {
        var folder = await FolderAsync("""
            CREATE TABLE t (k VARBINARY(20), v BLOB, s VARCHAR(20) CHARACTER SET utf8mb4);
            INSERT INTO t VALUES (x'00', x'00FF00', '🦆 ok'), (x'C328', x'FEFF80', 'ä\nb'), (x'0D0A2430', x'', '\0'), ('a b', x'01', '👩‍👩‍👧')
            """);
        folder.Job(""" "table": "t", "column": ["k", "v", "s"] """, """ "keyIndexes": 0, "writeMode": {"type": "string", "valueFieldDelimiter": "|"} """);

        await MovesAsync(folder, 4);

        Assert.Equal([0, 0xFF, 0, (byte)'|', .. Encoding.UTF8.GetBytes("🦆 ok")], Bytes([0]));
        Assert.Equal([0xFE, 0xFF, 0x80, (byte)'|', .. Encoding.UTF8.GetBytes("ä\nb")], Bytes([0xC3, 0x28]));
        Assert.Equal([(byte)'|', 0], Bytes([0x0D, 0x0A, 0x24, 0x30]));
        Assert.Equal([1, (byte)'|', .. Encoding.UTF8.GetBytes("👩‍👩‍👧")], Bytes("a b"u8.ToArray()));
    }

    [Fact]
    public async Task Unsigned_64_bit_integers_are_keys_values_and_split_keys()
    {
        var folder = await FolderAsync("""
            CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, v BIGINT UNSIGNED);
            INSERT INTO t VALUES (0, 18446744073709551615), (1, 1), (9223372036854775807, 2), (9223372036854775808, 9223372036854775808), (18446744073709551614, 4), (18446744073709551615, 5)
            """);
        folder.Job(""" "table": "t", "column": ["id", "v"], "splitPk": "id" """, """ "keyIndexes": 0, "column": [{"name": "v", "index": 1}] """, """{"speed": {"concurrent": 2}}""");

        await MovesAsync(folder, 6);

        Assert.Equal("""{"v":18446744073709551615}""", Get("0"));
        Assert.Equal("""{"v":9223372036854775808}""", Get("9223372036854775808"));
        Assert.Equal("""{"v":5}""", Get("18446744073709551615"));
    }

    [Theory]
    [InlineData("latin1")]
    [InlineData("utf8mb3")]
    [InlineData("utf8mb4")]
    public async Task Whatever_the_character_set_of_a_table_redis_has_utf8(string charset)
    {
        var folder = await FolderAsync($"CREATE TABLE t (id VARCHAR(9), v VARCHAR(20)) CHARACTER SET {charset}; INSERT INTO t VALUES ('ü', 'Größe € é')");
        folder.Job(""" "table": "t", "column": ["id", "v"], "where": "id = 'ü'" """, """ "keyIndexes": 0 """);
        await MovesAsync(folder, 1);
        Assert.Equal("Größe € é", Get("ü"));
    }

    [Fact]
    public async Task Bits_booleans_years_times_and_timestamps_are_the_text_of_the_server()
    {
        var folder = await FolderAsync("""
            SET time_zone = '+00:00';
            CREATE TABLE t (id INT, b BIT(12), f TINYINT(1), y YEAR, t TIME(3), s TIMESTAMP, d DECIMAL(20,5), j JSON, n INT);
            INSERT INTO t VALUES (1, b'101000000001', 1, 2024, '-101:02:03.500', '2024-03-01 23:30:00', 12.50000, '{"a": [1, 2]}', NULL)
            """);
        const string Columns = """ "table": "t", "column": ["id", "b", "f", "y", "t", "s", "d", "j", "n"], "timeZone": "+08:00" """;
        folder.Job(Columns, """ "keyIndexes": 0, "writeMode": {"type": "string", "valueFieldDelimiter": "|"} """);
        await MovesAsync(folder, 1);
        Assert.Equal("""2561|1|2024|-101:02:03.500|2024-03-02 07:30:00|12.50000|{"a": [1, 2]}|""", Get("1"));

        folder.Job(Columns, """
            "keyIndexes": 0, "dateFormat": "yyyy/MM/dd HH'h'mm", "column": [
              {"name": "b", "index": 1}, {"name": "f", "index": 2}, {"name": "asked", "index": 2, "type": "bool"}, {"name": "y", "index": 3},
              {"name": "t", "index": 4}, {"name": "s", "index": 5}, {"name": "d", "index": 6}, {"name": "j", "index": 7}, {"name": "n", "index": 8}]
            """);
        await MovesAsync(folder, 1);
        Assert.Equal("""{"b":2561,"f":1,"asked":true,"y":2024,"t":"-101:02:03.500","s":"2024/03/02 07h30","d":12.50000,"j":"{\"a\": [1, 2]}","n":null}""", Get("1"));
    }

    [Theory]
    [InlineData("id", "(CAST(seq AS SIGNED) - 5000) * 7")]
    [InlineData("code", "CONCAT(ELT(1 + seq % 5, 'Ab', 'ac', 'zz-', 'é', '00'), LPAD(seq, 5, '0'))")]
    public async Task Four_tasks_move_every_row_exactly_once_also_those_without_a_key(string key, string value)
    {
        var type = key == "id" ? "BIGINT" : "VARCHAR(20)";
        var folder = await FolderAsync($"""
            CREATE TABLE t (n INT PRIMARY KEY, {key} {type} NULL, INDEX ({key}));
            INSERT INTO t SELECT seq, IF(seq % 1000 = 0, NULL, {value}) FROM seq_1_to_10000
            """);
        folder.Job($$""" "table": "t", "column": ["n", "n"], "splitPk": "{{key}}" """, """ "keyIndexes": 0, "writeMode": {"type": "list"}, "batchSize": 300 """, """{"speed": {"concurrent": 4}}""");

        await MovesAsync(folder, 10_000);

        Assert.Equal(10_000, Keys);
        for (var i = 1; i <= 10_000; i += 37)
        {
            Assert.Equal([$"{i}"], Array("LRANGE", $"{i}", "0", "-1"));
        }

        Assert.Equal(["1000"], Array("LRANGE", "1000", "0", "-1"));

        // A second run pushes each element once more: none was pushed twice by the first.
        await MovesAsync(folder, 10_000);
        Assert.Equal("20000", Redis.Command("EVAL", "local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do n = n + redis.call('LLEN', k) end return tostring(n)", "0"));
    }

    private byte[] Bytes(byte[] key) => (byte[])Redis.CommandBytes("GET"u8.ToArray(), key)!;
}
