using Sluice.Connectors;
using Sluice.Connectors.Kafka;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

public sealed class FailureTests
{
    private const string All = "format=words, scan.startup.mode=earliest-offset";

    [Fact]
    public async Task A_broker_that_cannot_be_reached_is_named()
    {
        var address = $"127.0.0.1:{ServerProcess.FreePort()}";
        var run = new KafkaTableRun();
        var source = (KafkaSource)run.Source(address, $"{All}, topic=t");
        var impatient = source.WithPatience(TimeSpan.FromSeconds(2));

        var e = await Assert.ThrowsAsync<EndpointException>(() => impatient.PrepareAsync(1, TestContext.Current.CancellationToken));

        Assert.StartsWith($"kafka {address}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_goes_away_is_waited_for()
    {
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("t", 2);
        await broker.ProduceAsync("t", 0, KafkaBroker.Numbered("a", 10));
        using var run = new KafkaTableRun().Start(broker.Address, $"{All}, topic=t, properties.reconnect.backoff.max.ms=500");
        await run.Sink.WaitAsync(10);

        await broker.GoDownAsync();
        await WaitForWarningAsync(run, "no broker answers for");
        await broker.ComeBackAsync();
        await WaitForWarningAsync(run, "a broker answers again");
        await broker.ProduceAsync("t", 1, KafkaBroker.Numbered("b", 10));
        await run.Sink.WaitAsync(20);
        var summary = await run.StopAsync();

        Assert.Equal(JobStatus.Stopped, summary.Status);
        Assert.Equal([.. KafkaBroker.Numbered("a", 10), .. KafkaBroker.Numbered("b", 10)], run.Sink.Rows);
        Assert.Equal(1, summary.Metrics["reconnects"]);
    }

    [Fact]
    public async Task Messages_that_the_library_cannot_read_fail_the_job()
    {
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("corrupt");
        await broker.ProduceAsync("corrupt", 0, KafkaBroker.Numbered("a", 10));
        using var run = new KafkaTableRun().Start(broker.Address, $"{All}, topic=corrupt");
        await run.Sink.WaitAsync(10);
        await broker.FailAsync(1, 2);
        await broker.ProduceAsync("corrupt", 0, KafkaBroker.Numbered("b", 10));
        var summary = await run.EndAsync();

        Assert.Equal(JobStatus.Failed, summary.Status);
        Assert.Contains("topic corrupt, partition 0, offset ", summary.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", summary.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_written_to_and_goes_away_is_waited_for()
    {
        await using var from = await KafkaBroker.StartNewAsync();
        await using var to = await KafkaBroker.StartNewAsync();
        await from.CreateAsync("t");
        await to.CreateAsync("t");
        await from.ProduceAsync("t", 0, KafkaBroker.Numbered("a", 10));
        using var run = new KafkaTableRun();
        var context = KafkaTableRun.Context(run.Warnings);
        var sink = BuiltIn.Connectors.Single(c => c.Name == "kafka").Table!.Sink!(
            run.Definition(), KafkaTableRun.Bag(to.Address, "topic=t, format=words, properties.reconnect.backoff.max.ms=500", context.Report), context);
        run.Start(run.Source(from.Address, $"{All}, topic=t"), sink);
        await WaitForMessagesAsync(to, 10);

        await to.GoDownAsync();
        await from.ProduceAsync("t", 0, KafkaBroker.Numbered("b", 100));
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        await to.ComeBackAsync();
        await WaitForMessagesAsync(to, 110);
        var summary = await run.StopAsync();

        Assert.Equal((JobStatus.Stopped, 110, 0), (summary.Status, summary.RowsWritten, summary.RowsUnknown));
        var written = await to.ConsumeAsync("t");
        Assert.Equal(KafkaBroker.Numbered("a", 10).Concat(KafkaBroker.Numbered("b", 100)), written);
    }

    [Fact]
    public async Task A_message_of_ten_megabytes_is_a_row_like_any_other()
    {
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("t");
        await broker.ProduceAsync("t", 0, [new string('x', 10_000_000), "b"], keys: false, "-z", "lz4", "-X", "message.max.bytes=20000000");

        using var run = new KafkaTableRun();
        var rows = await run.ReadAsync(broker.Address, $"{All}, topic=t, scan.bounded.mode=latest-offset");

        Assert.Equal([10_000_000, 1], rows.Select(r => r.Length));
    }

    [Fact]
    public async Task A_lag_is_shown_for_each_partition()
    {
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateAsync("t", 1);
        await broker.ProduceAsync("t", 0, KafkaBroker.Numbered("a", 10));
        using var run = new KafkaTableRun().Start(broker.Address, $"{All}, topic=t");
        await run.Sink.WaitAsync(10);
        await Task.Delay(2500, TestContext.Current.CancellationToken);

        var summary = await run.StopAsync();

        Assert.Equal(0, summary.Metrics["lag.t-0"]);
    }

    private static async Task WaitForMessagesAsync(KafkaBroker broker, int count)
    {
        for (var i = 0; i < 300 && (await broker.ConsumeAsync("t")).Length < count; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task WaitForWarningAsync(KafkaTableRun run, string text)
    {
        for (var i = 0; i < 1500; i++)
        {
            lock (run.Warnings)
            {
                if (run.Warnings.Any(w => w.Contains(text, StringComparison.Ordinal)))
                {
                    return;
                }
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"no warning says '{text}'");
    }
}
