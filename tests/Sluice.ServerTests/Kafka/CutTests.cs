using Sluice.Engine.Connectors;
using Sluice.Engine.Diagnostics;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Kafka;

/// <summary>S-27c in a cluster: batches of one partition, which end at the offsets up to which only some rows are written.</summary>
public sealed class CutTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private const string Bounded = "format=words, scan.startup.mode=earliest-offset, scan.bounded.mode=latest-offset";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("whole", "-", "", "20: 20")]
    [InlineData("one", "5", "10", "5: 10|10: 20")]
    [InlineData("several", "5", "8,17,20", "3: 8|9: 17|3: 20")]
    [InlineData("full", "3", "10", "7: 10|10: 20")]
    [InlineData("beginning", "-", "4", "4: 4|16: 20")]
    public async Task Batches_end_at_each_cut_and_are_open_before_it(string topic, string after, string cuts, string batches)
    {
        topic = "cut-" + topic;
        await broker.CreateAsync(topic);
        await broker.ProduceAsync(topic, 0, KafkaBroker.Numbered("a", 20));
        var claims = new Claims { [$"topic {topic}, partition 0"] = (after, cuts) };
        Assert.Equal(batches, Show(await ReadAsync($"{Bounded}, topic={topic}", claims), cuts));
    }

    [Fact]
    public async Task A_batch_holds_rows_of_one_partition_and_names_it()
    {
        await broker.CreateAsync("apart", 3);
        for (var p = 0; p < 3; p++)
        {
            await broker.ProduceAsync("apart", p, KafkaBroker.Numbered($"{p}-", 50));
        }

        var claims = new Claims
        {
            ["topic apart, partition 0"] = ("10", "12,40"),
            ["topic apart, partition 1"] = ("-", ""),
            ["topic apart, partition 2"] = ("49", "50"),
        };
        var batches = await ReadAsync($"{Bounded}, topic=apart", claims);
        Assert.All(batches.Where(b => b.Rows.Count > 0), b => Assert.All(b.Rows, r => Assert.StartsWith(b.Split[^1..] + "-", r, StringComparison.Ordinal)));
        foreach (var (partition, from) in (IEnumerable<(int, int)>)[(0, 10), (1, 0), (2, 49)])
        {
            var of = batches.Where(b => b.Split == $"topic apart, partition {partition}").ToList();
            Assert.Equal(KafkaBroker.Numbered($"{partition}-", 50 - from, from), of.SelectMany(b => b.Rows));
            Assert.Equal(50, of[^1].End);
        }

        var first = batches.Where(b => b.Split == "topic apart, partition 0").ToList();
        Assert.Equal([12, 40], first.Where(b => !b.IsOpen).Select(b => b.End).Take(2));
        Assert.All(first.SkipWhile(b => b.End <= 12).TakeWhile(b => b.End < 40), b => Assert.True(b.IsOpen));

        // A position that is not covered yet is nowhere said as one that is.
        Assert.All(batches.Where(b => !b.IsOpen).SelectMany(b => b.Ends).Where(e => e.Split.Id == "topic apart, partition 0"), e => Assert.False(e.Position.Ordinal is > 12 and < 40));
        Assert.All(batches.Where(b => b.IsOpen), b => Assert.Empty(b.Ends));
    }

    [Fact]
    public async Task A_cut_behind_which_no_message_comes_directly_is_said_before_the_next_one()
    {
        await broker.CreateAsync("gap");
        await broker.ProduceAsync("gap", 0, KafkaBroker.Numbered("a", 20));
        var claims = new Claims { ["topic gap, partition 0"] = ("-", "3,5") };
        var batches = await ReadAsync("format=words, topic=gap, scan.startup.mode=specific-offsets, scan.startup.specific-offsets=partition:0/offset:15, scan.bounded.mode=latest-offset", claims);
        Assert.Equal("0: 3|0: 5|5: 20", Show(batches, "3,5"));
    }

    [Fact]
    public async Task Messages_without_rows_reach_a_cut_as_others_do()
    {
        await broker.CreateAsync("empty");
        await broker.ProduceAsync("empty", 0, ["k:a", "k:", "k:", "k:b"], keys: true);
        var claims = new Claims { ["topic empty, partition 0"] = ("1", "2,3") };
        Assert.Equal("0: 2|0: 3|1: 4", Show(await ReadAsync($"{Bounded}, topic=empty", claims), "2,3"));
    }

    [Fact]
    public async Task A_partition_is_given_away_without_waiting_for_rows_that_are_open()
    {
        const string Options = "format=words, topic=given, properties.auto.offset.reset=earliest, properties.session.timeout.ms=6000, properties.heartbeat.interval.ms=500, properties.group.id=given";
        await broker.CreateAsync("given", 2);
        var claims = new Claims { ["topic given, partition 0"] = ("0", "1000"), ["topic given, partition 1"] = ("0", "1000") };
        await broker.ProduceAsync("given", 0, KafkaBroker.Numbered("a", 10));
        await broker.ProduceAsync("given", 1, KafkaBroker.Numbered("b", 10));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Test);
        List<string> warnings = [];
        List<string> first = [];
        List<string> second = [];
        var one = ReadGroupAsync(Options, claims, first, warnings, stop.Token);
        await WaitAsync(first, 20, one);
        var two = ReadGroupAsync(Options, claims, second, [], stop.Token);
        await WaitAsync(second, 10, one, two);
        await stop.CancelAsync();
        await Task.WhenAll(one, two);

        Assert.Subset(first.ToHashSet(), second.ToHashSet());
        Assert.DoesNotContain(warnings, w => w.Contains("before their last rows are confirmed", StringComparison.Ordinal));
    }

    private static async Task WaitAsync(List<string> rows, int count, params Task[] running)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (true)
        {
            lock (rows)
            {
                if (rows.Count >= count)
                {
                    return;
                }
            }

            Assert.DoesNotContain(running, t => t.IsCompleted);
            Assert.True(TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(90));
            await Task.Delay(20, Test);
        }
    }

    private async Task ReadGroupAsync(string options, Claims claims, List<string> rows, List<string> warnings, CancellationToken stop)
    {
        var source = new KafkaTableRun().Source(broker.Address, options);
        var plan = await source.PrepareAsync(1, Test);
        var context = new ReaderContext(new RowBatchPool(plan.Schema, BatchSize.Of(7)), null, new Positions(), new Books(), new Metrics(), new Report(false, warnings.Add)) { Claims = claims };
        await using (var reader = source.Open(plan.Splits[0], context))
        {
            try
            {
                while (await reader.ReadAsync(stop) is { } batch)
                {
                    using (batch)
                    {
                        lock (rows)
                        {
                            rows.AddRange(RowsOf(batch));
                        }
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The test has seen enough.
            }
        }

        await source.CommitAsync(new Positions(), last: true, Test);
    }

    /// <summary>What comes of a bounded table, in batches of seven rows, but those that only say that time passes.</summary>
    private async Task<List<Batch>> ReadAsync(string options, Claims claims)
    {
        var source = new KafkaTableRun().Source(broker.Address, options);
        var plan = await source.PrepareAsync(1, Test);
        var batches = new List<Batch>();
        await using (var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(7))) with { Claims = claims }))
        {
            while (await reader.ReadAsync(Test) is { } batch)
            {
                using (batch)
                {
                    if (batch.Count > 0 || batch.Ends.Count > 0 || !ReferenceEquals(batch.Split, Split.None))
                    {
                        batches.Add(new Batch([.. RowsOf(batch)], batch.Split.Id, batch.End.Ordinal, batch.IsOpen, [.. batch.Ends]));
                    }
                }
            }
        }

        await source.CommitAsync(new Positions(), last: true, Test);
        return batches;
    }

    private static IEnumerable<string> RowsOf(RowBatch batch) => Enumerable.Range(0, batch.Count).Select(r => ((TextColumn)batch.Columns[0]).At(r).ToString());

    /// <summary>Rows up to each cut, all but the last of whose batches are open, and the rest. How many messages a batch has is the library's to decide.</summary>
    private static string Show(List<Batch> batches, string cuts)
    {
        var left = new Queue<long>(cuts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse));
        var (parts, rows) = (new List<string>(), 0);
        foreach (var batch in batches.Where(b => b.Split.Length > 0))
        {
            rows += batch.Rows.Count;
            Assert.Equal(left.Count > 0 && batch.End < left.Peek(), batch.IsOpen);
            if (left.TryPeek(out var cut) && batch.End == cut)
            {
                parts.Add($"{rows}: {left.Dequeue()}");
                rows = 0;
            }
        }

        return string.Join('|', rows > 0 ? parts.Append($"{rows}: {batches[^1].End}") : parts);
    }

    private sealed record Batch(List<string> Rows, string Split, long End, bool IsOpen, List<SplitPosition> Ends);

    /// <summary>By the id of a partition: where it goes on, <c>-</c> where nothing is stored, and its cuts.</summary>
    private sealed class Claims : Dictionary<string, (string After, string Cuts)>, IPositionClaims
    {
        public bool KeepsSplitsApart => true;

        public Task<SplitStart> ClaimAsync(Split split, CancellationToken stop)
        {
            var (after, cuts) = this[split.Id];
            return Task.FromResult(new SplitStart(
                after == "-" ? null : new Position(long.Parse(after)), [.. cuts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(c => new Position(long.Parse(c)))]));
        }
    }
}
