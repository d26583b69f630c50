using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisTables;

/// <summary>Sink tables whose server refuses, hangs up, or dies (S-9, S-24, S-26).</summary>
public sealed class FaultTests
{
    private static readonly Split s_split = new("s");

    private static SinkTable Table(int port, string mode, string more = "") =>
        new("k STRING, v STRING", "k", $"'port'='{port}', 'mode'='{mode}'{more}", dirtyLimit: null);

    private static async Task WriteAsync(SinkTable table, int from, int count)
    {
        var rows = table.Batch(Enumerable.Range(from, count).Select(i => $"+I k{i % 50} {i}"));
        (rows.Split, rows.End) = (s_split, new Position(from + count));
        await table.WriteAsync(rows);
    }

    [Theory]
    [InlineData("STRING")]
    [InlineData("SET")]
    public async Task What_was_lost_with_a_connection_is_written_over_another_one(string mode)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port);
        await using var table = Table(proxy.Port, mode);
        await table.OpenAsync();
        proxy.FirstLeft = 300;
        for (var i = 0; i < 200; i++)
        {
            await WriteAsync(table, i * 300, 300);
        }

        await table.FlushAsync();
        Assert.Equal((60_000, 60_000, 0, 0, 0), table.Rows);
        Assert.Equal((60_000L, true), (table.Positions.Of(s_split)!.Value.Ordinal, table.Books.Reconnects > 0));
        for (var key = 0; key < 50; key++)
        {
            if (mode == "STRING")
            {
                Assert.Equal($"{59_950 + key}", redis.Command("GET", $"k{key}"));
            }
            else
            {
                Assert.Equal(1200L, redis.Command("SCARD", $"k{key}"));
            }
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(0)]
    public async Task List_elements_lost_with_a_connection_are_pushed_again_and_counted(int maxRows)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var proxy = new TcpProxy(redis.Port) { CutAfterReplyBytes = [2000, 1500] };
        await using var table = Table(proxy.Port, "LIST", $", 'sink.buffer-flush.max-rows'='{maxRows}'");
        for (var i = 0; i < 100; i++)
        {
            await WriteAsync(table, i * 300, 300);
        }

        await table.FlushAsync();
        await table.CloseAsync();
        Assert.Equal((30_000, 30_000, 0, 0, 0), table.Rows);
        var twice = 0;
        for (var key = 0; key < 50; key++)
        {
            var elements = ((object?[])redis.Command("LRANGE", $"k{key}", "0", "-1")!).Select(e => int.Parse((string)e!)).Reverse().ToList();
            Assert.Equal(Enumerable.Range(0, 600).Select(i => (i * 50) + key), elements.Distinct());
            twice += elements.Count - 600;
        }

        Assert.InRange(twice, 0, (int)table.Metrics.Snapshot()["possiblyRepeatedElements"]);
        Assert.Contains(table.Warnings, w => w.Contains("may stand twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_started_anew_gets_what_it_had_not_acknowledged()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var table = Table(redis.Port, "STRING", ", 'sink.buffer-flush.max-rows'='10'");
        await WriteAsync(table, 0, 1000);
        var restart = redis.RestartAsync();
        for (var i = 1; i < 50; i++)
        {
            await WriteAsync(table, i * 1000, 1000);
        }

        await restart;
        await WriteAsync(table, 50_000, 1000);
        await table.FlushAsync();
        Assert.Equal((51_000, 51_000, 0, 0, 0), table.Rows);
        Assert.Equal(51_000, table.Positions.Of(s_split)!.Value.Ordinal);
        Assert.Equal("50999", redis.Command("GET", "k49"));
    }

    [Theory]
    [InlineData("STRING")]
    [InlineData("LIST")]
    public async Task A_server_that_stays_away_ends_the_job_and_the_books_balance(string mode)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var table = Table(redis.Port, mode, ", 'sink.retry-timeout'='500ms', 'connect.timeout'='200ms'");
        await WriteAsync(table, 0, 1000);
        await table.FlushAsync();
        await redis.KillAsync();
        var failure = await Assert.ThrowsAsync<EndpointException>(async () =>
        {
            for (var i = 1; i < 100_000; i++)
            {
                await WriteAsync(table, i * 1000, 1000);
            }
        });
        Assert.Contains($"127.0.0.1:{redis.Port}", failure.Message, StringComparison.Ordinal);
        await table.CloseAsync();
        Assert.True(table.Books.Balance, $"{table.Rows}");
        Assert.Equal((1000L, 1000L), (table.Books.Written, table.Positions.Of(s_split)!.Value.Ordinal));
    }

    [Fact]
    public async Task A_failing_server_is_noticed_while_no_rows_come()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var table = Table(redis.Port, "STRING", ", 'sink.buffer-flush.max-rows'='1'");
        redis.Command("CONFIG", "SET", "min-replicas-to-write", "1");
        var recovery = Task.Run(async () =>
        {
            while (!((string)redis.Command("INFO", "errorstats")!).Contains("NOREPLICAS", StringComparison.Ordinal))
            {
                await Task.Delay(5, CancellationToken.None);
            }

            redis.Command("CONFIG", "SET", "min-replicas-to-write", "0");
        });
        await WriteAsync(table, 0, 10);
        while (table.Books.Written < 10)
        {
            await table.TickAsync();
        }

        await recovery;
        Assert.True(table.Books.Retries > 0);
        Assert.Equal("9", redis.Command("GET", "k9"));
    }

    [Fact]
    public async Task Missing_rights_end_the_job_with_what_to_do()
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+@connection", "+info");
        await using var table = Table(redis.Port, "STRING", ", 'username'='reader', 'password'='secret'");
        // The refusal may be here before the flush.
        var refusal = await Assert.ThrowsAsync<RefusedException>(async () =>
        {
            await WriteAsync(table, 0, 300);
            await table.FlushAsync();
        });
        Assert.Contains("this user may not do what the job needs", refusal.Message, StringComparison.Ordinal);
        await table.CloseAsync();
        Assert.True(table.Books.Balance);
        Assert.Equal(0, table.Books.Written);
    }

    [Fact]
    public async Task Wrong_passwords_are_refused_before_the_first_row()
    {
        await using var redis = await RedisServer.StartNewAsync("--requirepass", "right");
        await using var table = Table(redis.Port, "STRING", ", 'password'='wrong'");
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => table.OpenAsync());
        Assert.DoesNotContain("wrong", refusal.Message.Replace("WRONGPASS", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
