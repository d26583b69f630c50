using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisTables;

/// <summary>When rows leave the buffer, and when positions are confirmed (S-25, S-26).</summary>
[Collection(RedisCollection.Name)]
public sealed class BufferTests
{
    private static readonly Split s_one = new("one");
    private static readonly Split s_two = new("two");

    private readonly RedisServer _redis;
    private readonly TestClock _clock = new();

    public BufferTests(RedisServer redis)
    {
        _redis = redis;
        _redis.Command("FLUSHALL");
    }

    private SinkTable Table(string options, string mode = "STRING", int? port = null) =>
        new("k STRING, v STRING", "k", $"'port'='{port ?? _redis.Port}', 'mode'='{mode}', {options}", _clock);

    private static RowBatch At(RowBatch rows, Split split, long position)
    {
        (rows.Split, rows.End) = (split, new Position(position));
        return rows;
    }

    /// <summary>Lets the engine's empty batches come until something holds.</summary>
    private static async Task TickUntilAsync(SinkTable table, Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 2000, "it never came");
            await table.TickAsync();
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Rows_wait_until_there_are_enough_of_them()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='3', 'sink.buffer-flush.interval'='0'");
        await table.WriteAsync("+I a 1", "+I b 2");
        _clock.Advance(100_000);
        await table.TickAsync();
        Assert.Equal((0L, 0L), (_redis.Command("DBSIZE"), table.Books.Read));
        await table.WriteAsync("+I c 3", "+I d 4");
        await TickUntilAsync(table, () => table.Books.Written == 3);
        Assert.Equal((3L, null), (_redis.Command("DBSIZE"), _redis.Command("GET", "d")));
    }

    [Fact]
    public async Task Rows_wait_until_the_interval_has_passed_since_the_first_of_them()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='100', 'sink.buffer-flush.interval'='1 s'");
        await table.WriteAsync("+I a 1");
        _clock.Advance(600);
        await table.WriteAsync("+I b 2");
        _clock.Advance(399);
        await table.TickAsync();
        Assert.Equal(0, table.Books.Read);
        _clock.Advance(1);
        await table.TickAsync();
        await TickUntilAsync(table, () => table.Books.Written == 2);
        Assert.Equal(2L, _redis.Command("DBSIZE"));
    }

    [Fact]
    public async Task Where_a_batch_is_cut_a_row_before_an_update_deletes_nothing()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='2', 'sink.buffer-flush.interval'='0'");
        await table.ApplyAsync(At(table.Batch("+I a 1"), s_one, 1));
        var cut = At(table.Batch("+I b 2", "+I c 3", "+I d 4", "-U a 1", "+U a 5"), s_one, 6);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.WriteAsync(cut, new CancellationToken(canceled: true)));
        await table.FlushAsync();
        await table.CloseAsync();
        Assert.Equal(("1", "2", "3", "4"), (_redis.Command("GET", "a"), _redis.Command("GET", "b"), _redis.Command("GET", "c"), _redis.Command("GET", "d")));
        Assert.Equal(1, table.Positions.Of(s_one)?.Ordinal);
        Assert.True(table.Books.Balance);
    }

    [Theory]
    [InlineData("STRING")]
    [InlineData("LIST")]
    public async Task Without_buffering_each_row_is_written_at_once(string mode)
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='0'", mode);
        await table.WriteAsync("+I a 1", "+I a 2", "+I b 3");
        await TickUntilAsync(table, () => table.Books.Written == 3);
        Assert.Equal(2L, _redis.Command("DBSIZE"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(3000)]
    public async Task A_batch_of_any_size_is_cut_into_flushes(int maxRows)
    {
        await using var table = Table($"'sink.buffer-flush.max-rows'='{maxRows}', 'sink.buffer-flush.interval'='0'");
        for (var batch = 0; batch < 5; batch++)
        {
            await table.WriteAsync(Enumerable.Range(batch * 4000, 4000).Select(i => $"+I k{i} {i}"));
        }

        var flushed = maxRows == 0 ? 20_000 : 20_000 / maxRows * maxRows;
        await TickUntilAsync(table, () => table.Books.Written == flushed);
        Assert.Equal(((long)flushed, (long)flushed), (_redis.Command("DBSIZE"), table.Books.Read));
        await table.FlushAsync();
        Assert.Equal((20_000, 20_000, 0, 0, 0), table.Rows);
        Assert.Equal("19999", _redis.Command("GET", "k19999"));
    }

    [Fact]
    public async Task An_update_before_at_the_end_of_the_buffer_waits_one_interval_longer_and_then_deletes()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='100', 'sink.buffer-flush.interval'='1 s'");
        await table.ApplyAsync("+I a 1");
        await table.WriteAsync(At(table.Batch("+I b 2"), s_one, 1));
        await table.WriteAsync(At(table.Batch("-U a 1"), s_one, 2));
        _clock.Advance(1000);
        await TickUntilAsync(table, () => _redis.Command("GET", "b") is "2");
        await table.TickAsync();
        Assert.Equal("1", _redis.Command("GET", "a"));
        Assert.Null(table.Positions.Of(s_one));
        _clock.Advance(1000);
        await TickUntilAsync(table, () => table.Positions.Of(s_one)?.Ordinal == 2);
        Assert.Null(_redis.Command("GET", "a"));
        Assert.Equal((3, 3, 0, 0, 0), table.Rows);
    }

    [Fact]
    public async Task Rows_in_the_buffer_hold_back_their_position_and_those_after_it()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='2', 'sink.buffer-flush.interval'='0'");
        await table.WriteAsync(At(table.Batch(), s_one, 5));
        Assert.Equal(5, table.Positions.Of(s_one)?.Ordinal);
        await table.WriteAsync(At(table.Batch("+I a 1"), s_one, 10));
        await table.WriteAsync(At(table.Batch(), s_one, 20));
        await table.WriteAsync(At(table.Batch(), s_two, 7));
        Assert.Equal((5L, (long?)null), (table.Positions.Of(s_one)!.Value.Ordinal, table.Positions.Of(s_two)?.Ordinal));
        await table.WriteAsync(At(table.Batch("+I b 2"), s_one, 30));
        await TickUntilAsync(table, () => table.Positions.Of(s_one)?.Ordinal == 30);
        Assert.Equal((7L, "1"), (table.Positions.Of(s_two)!.Value.Ordinal, _redis.Command("GET", "a")));
    }

    [Fact]
    public async Task Positions_of_several_splits_in_a_batch_are_confirmed_together()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='1'");
        var rows = table.Batch("+I a 1", "+I b 2");
        rows.Ends.AddRange([new SplitPosition(s_one, new Position(4)), new SplitPosition(s_two, new Position(9))]);
        await table.WriteAsync(rows);
        await TickUntilAsync(table, () => table.Positions.Of(s_one) is not null);
        Assert.Equal((4L, 9L), (table.Positions.Of(s_one)!.Value.Ordinal, table.Positions.Of(s_two)!.Value.Ordinal));
    }

    [Fact]
    public async Task A_position_is_confirmed_when_the_reply_is_here_and_no_sooner()
    {
        await using var proxy = new TcpProxy(_redis.Port) { HoldOn = "held" };
        await using var table = Table("'sink.buffer-flush.max-rows'='1'", port: proxy.Port);
        await table.WriteAsync(At(table.Batch("+I held 1"), s_one, 1));
        await table.WriteAsync(At(table.Batch("+I other 2"), s_one, 2));
        while (_redis.Command("GET", "other") is null)
        {
            await table.TickAsync();
        }

        await table.WriteAsync(At(table.Batch(), s_one, 3));
        Assert.Null(table.Positions.Of(s_one));
        Assert.Equal(0, table.Books.Written);
        proxy.Release();
        await TickUntilAsync(table, () => table.Positions.Of(s_one)?.Ordinal == 3);
        Assert.Equal(2, table.Books.Written);
    }

    [Fact]
    public async Task A_drain_flushes_and_confirms_everything_before_it_returns()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='100', 'sink.buffer-flush.interval'='0'");
        await table.WriteAsync("+I a 1", "+I b 2", "-U a 1");
        var drain = At(table.Batch(), s_one, 3);
        drain.Drain = true;
        await table.WriteAsync(drain);
        Assert.Equal((3L, null, "2"), (table.Positions.Of(s_one)!.Value.Ordinal, _redis.Command("GET", "a"), _redis.Command("GET", "b")));
        Assert.Equal((3, 3, 0, 0, 0), table.Rows);
    }

    [Fact]
    public async Task What_is_still_in_the_buffer_when_the_writer_ends_was_never_read()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='10', 'sink.buffer-flush.interval'='0'");
        await table.WriteAsync(At(table.Batch("+I a 1", "+I b 2"), s_one, 2));
        await table.CloseAsync();
        Assert.Equal((0, 0, 0, 0, 0), table.Rows);
        Assert.Null(table.Positions.Of(s_one));
    }

    [Fact]
    public async Task Many_small_batches_in_one_buffer_still_know_where_a_dirty_row_came_from()
    {
        _redis.Command("SET", "k30", "old");
        await using var table = new SinkTable("k STRING, v STRING", "k", $"'port'='{_redis.Port}', 'mode'='SET', 'sink.buffer-flush.interval'='0'", dirtyLimit: null);
        for (var i = 0; i < 60; i++)
        {
            await table.WriteAsync(At(table.Batch($"+I k{i} {i}"), new Split($"split {i}"), 1));
        }

        await table.FlushAsync();
        Assert.Contains("\"split\":\"split 30, row 1\"", Assert.Single(table.DirtyLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_the_last_flush_is_a_metric()
    {
        await using var table = Table("'sink.buffer-flush.max-rows'='1'");
        await table.ApplyAsync("+I a 1");
        Assert.Contains("currentSendTime", table.Metrics.Snapshot().Keys);
        Assert.True(table.Books.BytesOut > 0);
    }
}
