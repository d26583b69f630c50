using System.Globalization;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>A topic of four partitions into a table in a cluster, exactly once, as processes that share a folder. A list lives in one
/// partition; its elements are numbered with those of its partition.</summary>
internal sealed class ClusterStream(RedisCluster cluster, KafkaBroker broker, string topic)
{
    public const int Partitions = 4;

    /// <summary>Of a partition.</summary>
    public const int Lists = 100;

    public const string Bounded = "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',";

    private const string CountElements = """
        local total = 0
        for _, key in ipairs(redis.call('KEYS', 'l*')) do
          total = total + redis.call(redis.call('TYPE', key).ok == 'set' and 'SCARD' or 'LLEN', key)
        end
        return total
        """;

    private readonly int[] _produced = new int[Partitions];

    public string Folder { get; } = ServerProcess.NewSharedFolder("stream");

    /// <summary>How many messages the partitions have.</summary>
    public int Produced => _produced.Sum();

    public static string ListOf(int partition, int number) => string.Create(CultureInfo.InvariantCulture, $"l{partition}.{number % Lists}");

    public Task CreateAsync() => broker.CreateAsync(topic, Partitions);

    public async Task ProduceAsync(int count, params int[] partitions)
    {
        foreach (var partition in partitions.Length > 0 ? partitions : [.. Enumerable.Range(0, Partitions)])
        {
            var from = _produced[partition];
            await broker.ProduceAsync(topic, partition, Enumerable.Range(from, count).Select(i => $"{ListOf(partition, i)}-{i}"));
            _produced[partition] += count;
        }
    }

    public Task WriteScriptAsync(string scan = "", string settings = "", string mode = "LIST", string columns = "k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED", string values = "v", string sink = "") => WriteTextAsync($"""
        SET 'pipeline.name' = '{topic}'; {settings}
        CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{broker.Address}', {scan}
          'properties.group.id' = '{topic}', 'properties.auto.offset.reset' = 'earliest', 'properties.session.timeout.ms' = '6000',
          'properties.heartbeat.interval.ms' = '500', 'format' = 'raw');
        CREATE TABLE r ({columns}) {Sink(mode, sink)};
        INSERT INTO r SELECT SPLIT_INDEX(v, '-', 0), {values} FROM t;
        """);

    public Task WriteTextAsync(string script) => File.WriteAllTextAsync(Path.Combine(Folder, "job.sql"), script, TestContext.Current.CancellationToken);

    /// <summary>The options of the table.</summary>
    public string Sink(string mode, string more) => $"""
        WITH ('connector' = 'redis', 'clusterMode' = 'true', 'hostAndPorts' = '{cluster.Seeds}', 'mode' = '{mode}',
          'sink.delivery-guarantee' = 'exactly-once', 'sink.buffer-flush.interval' = '100ms'{(more.Length > 0 ? ", " + more : "")})
        """;

    public SluiceProcess Start() => SluiceProcess.Start(Folder, "sql", "job.sql");

    public async Task<SluiceProcess.Ended> RunAsync(params string[] more)
    {
        var run = await SluiceProcess.RunAsync(Folder, ["sql", "job.sql", "--json", .. more]);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run;
    }

    /// <summary>Elements in all lists. Those of a slot that is on the move may be counted with both nodes.</summary>
    public async Task<long> LengthAsync()
    {
        while (true)
        {
            try
            {
                return cluster.CurrentPrimaries.Sum(node => (long)node.Command("EVAL", CountElements, "0")!);
            }
            catch (RedisReplyException e) when (e.Message.Contains("non local key", StringComparison.Ordinal))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    public async Task ReachAsync(long length)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        for (var found = await LengthAsync(); found < length; found = await LengthAsync())
        {
            Assert.False(limit.IsCancellationRequested, $"there are {found} elements, and {length} do not come");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Each list has each of its elements once, the last one first.</summary>
    public void AssertLists(params int[] notProduced) => AssertRows("list", notProduced);

    /// <summary>The same elements, in sets.</summary>
    public void AssertSets(params int[] notProduced) => AssertRows("set", notProduced);

    private void AssertRows(string type, int[] notProduced)
    {
        var dump = cluster.Dump();
        for (var partition = 0; partition < Partitions; partition++)
        {
            for (var list = 0; list < Lists; list++)
            {
                var (of, number) = (partition, list);
                var from = notProduced.Length > 0 ? notProduced[partition] : 0;
                var expected = Enumerable.Range(from, _produced[partition] - from).Where(i => i % Lists == number).Reverse()
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $"{ListOf(of, i)}-{i}"));
                Assert.Equal($"{type}: " + string.Join(" | ", type == "list" ? expected : expected.Order(StringComparer.Ordinal)), dump[ListOf(partition, list)]);
            }
        }
    }
}
