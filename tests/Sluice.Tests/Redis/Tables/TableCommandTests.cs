namespace Sluice.Tests.Redis.Tables;

/// <summary>Which commands a flush becomes: fewer than rows, of each element the last one (S-23, S-25).</summary>
public sealed class TableCommandTests
{
    [Fact]
    public void Strings_go_in_one_command_and_the_last_row_of_each_key_wins()
    {
        var table = new TableFixture("k STRING, v STRING", "k", "'mode'='STRING'");
        Assert.Equal(["MSET a 3 b 2", "DEL c d"], table.Commands("+I a 1", "+I b 2", "+I c 9", "+U a 3", "-D c 9", "+I d null"));
        Assert.Equal(["SET a 1"], table.Commands("-D a 0", "+I a 1"));
    }

    [Fact]
    public void A_run_of_strings_holds_64_keys()
    {
        var table = new TableFixture("k STRING, v STRING", "k", "'mode'='STRING'");
        Assert.Equal([64, 64, 2], table.Commands(Enumerable.Range(0, 130).Select(i => $"+I k{i} 1")).Select(c => (c.Split(' ').Length - 1) / 2));
    }

    [Fact]
    public void Strings_that_expire_are_set_one_by_one()
    {
        var table = new TableFixture("k STRING, v STRING", "k", "'mode'='STRING', 'expiration'='1500'");
        Assert.Equal(["SET a 3 PX 1500", "SET b 2 PX 1500"], table.Commands("+I a 1", "+I b 2", "+U a 3"));
    }

    [Fact]
    public void Members_of_a_set_go_in_one_command_per_key()
    {
        var table = new TableFixture("k STRING, v STRING", "k, v", "'mode'='SET'");
        Assert.Equal(["SADD a 1 2", "SREM a 3", "SADD b 1"], table.Commands("+I a 1", "+I b 1", "+I a 2", "-D a 1", "+I a 1", "+I a 3", "-D a 3").Select(Sorted));
    }

    [Fact]
    public void What_a_whole_delete_takes_away_is_not_written_first()
    {
        var table = new TableFixture("k STRING, f STRING, v STRING", "k", "'mode'='HASHMAP'");
        Assert.Equal(["DEL a", "HSET a g 2"], table.Commands("+I a f 1", "-D a f 1", "+I a g 1", "+U a h null", "+U a g 2"));
        Assert.Equal(["HSET a f 2", "HDEL a g"], table.Commands("+I a f 1", "-U a f 1", "+U a f 2", "+I a g null"));
    }

    [Fact]
    public void A_flattened_hash_takes_the_last_row_of_each_key()
    {
        var table = new TableFixture("k STRING, x STRING, y STRING", "k", "'mode'='HASHMAP', 'flattenHash'='true'");
        Assert.Equal(["HSET a x 2", "HDEL a y"], table.Commands("+I a 1 1", "+U a 2 null"));
        Assert.Equal(["DEL a", "HSET a x 2"], table.Commands("+I a 1 1", "-D a 1 1", "+I a 2 null"));
        Assert.Equal(["HDEL a x y"], table.Commands("+I a null null"));
    }

    [Fact]
    public void Elements_that_are_pushed_and_removed_in_one_flush_are_never_sent()
    {
        var table = new TableFixture("k STRING, v STRING", "k, v", "'mode'='LIST'");
        Assert.Equal(["LPUSH a 1 2 1"], table.Commands("+I a 1", "+I a 2", "+I a 1", "+I a 2", "-D a 2"));
        Assert.Equal(["LREM a 1 9", "LREM a 1 8"], table.Commands("-D a 9", "-D a 8"));
        Assert.Empty(table.Commands("+I a 1", "-D a 1"));
        Assert.EndsWith(" 1 a 0 2 LREM 1 9 1 LPUSH 1", Assert.Single(table.Commands("-D a 9", "+I a 1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_deleted_and_filled_in_one_flush_is_one_step()
    {
        var table = new TableFixture("k STRING, v STRING", "k", "'mode'='LIST'");
        Assert.EndsWith(" 1 a 0 0 DEL 2 LPUSH 2 3", Assert.Single(table.Commands("+I a 1", "-D a 1", "+I a 2", "+I a 3")), StringComparison.Ordinal);
        Assert.Equal(["DEL a"], table.Commands("+I a 1", "-D a 1"));
    }

    [Fact]
    public void A_write_and_its_expiry_are_one_step()
    {
        var table = new TableFixture("k STRING, s DOUBLE, m STRING", "k", "'mode'='SORTEDSET', 'expiration'='1500', 'key-prefix'='p:'");
        Assert.EndsWith(" 1 p:a 1500 4 ZADD 1.5 x 2.0 y", Assert.Single(table.Commands("+I a 1.5 x", "+I a 2 y")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+I a 1", "SET a 1")]
    [InlineData("+U a null", "DEL a")]
    [InlineData("-U a 1", "DEL a")]
    [InlineData("-D a 1", "DEL a")]
    [InlineData("+I null 1", "# dirty: column 'k': the key is null")]
    public void A_row_by_itself_is_shown_as_its_commands(string row, string command) =>
        Assert.Equal([command], new TableFixture("k STRING, v STRING", "k", "'mode'='STRING'").Render(row));

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k")]
    [InlineData("'mode'='STRING', 'expiration'='5', 'key-prefix'='p'", "k STRING, v STRING", "k")]
    [InlineData("'mode'='LIST'", "k STRING, v BIGINT", "k, v")]
    [InlineData("'mode'='SET'", "k STRING, v STRING", "k, v")]
    [InlineData("'mode'='HASHMAP', 'expiration'='5'", "k STRING, f INT, v TIMESTAMP", "k, f")]
    [InlineData("'mode'='HASHMAP', 'flattenHash'='true'", "k BIGINT, a STRING, b STRING", "k")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, s DOUBLE, v STRING", "k")]
    public void Taking_and_encoding_rows_allocates_nothing(string options, string columns, string primaryKey)
    {
        var table = new TableFixture(columns, primaryKey, options);
        string[] kinds = ["+I", "+U", "-U", "+U", "-D"];
        var others = string.Concat(Enumerable.Repeat(" 1", columns.Split(", ").Length - 1));
        using var batch = table.Batch(Enumerable.Range(0, 1000).Select(i => $"{kinds[i % 5]} {i % 300}{others}"));
        long Once()
        {
            table.Block.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            table.Encode(batch);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
        Assert.True(table.Block.Count > 0);
    }

    /// <summary>The arguments after the key, in order.</summary>
    private static string Sorted(string command)
    {
        var words = command.Split(' ');
        return string.Join(' ', [words[0], words[1], .. words.Skip(2).Order(StringComparer.Ordinal)]);
    }
}
