using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Bench;

/// <summary>Lookup joins that ask a Redis on this machine, which bench/run has filled with a million keys, against redis-benchmark: both in
/// turn and in short rounds, so that whatever else the machine does is the same for both.</summary>
internal static class RedisLookupBench
{
    private const int Keys = 1_000_000;
    private const int Rounds = 15;
    private const int Batches = 96;
    private const int Rows = Batches * BatchSize.MaxRows;
    private const int LoadRounds = 7;
    private const string Get = "-t get";
    private const string Fields = "HMGET user:__rand_int__ f1 f2 f3";

    private static readonly string[] s_fields = ["f1", "f2", "f3"];
    private static readonly Place s_place = new("bench", 0, 0, "");

    /// <summary>Each row asks for a key of its own, without a cache and with one that has no use for it.</summary>
    public static Task MissAsync(int port) => CompareAsync("lookup-miss", port, Get, "key:",
        ("lookup join", Lookup(port, ["v"], ("cache", "none"))),
        ("lookup join, LRU of 10,000 rows", Lookup(port, ["v"], ("cache", "lru"))));

    /// <summary>Three fields of a hash.</summary>
    public static Task HashAsync(int port) => CompareAsync("lookup-hash", port, Fields, "user:",
        ("lookup join", Lookup(port, s_fields, ("mode", "HASHMAP"), ("cache", "none"))));

    /// <summary>A whole table loaded, and rows joined with it.</summary>
    /// <param name="kind"><c>strings</c>, <c>hashes</c> of three fields, or the fields of <c>one</c> hash.</param>
    public static Task AllAsync(int port, string kind) => kind switch
    {
        "strings" => AllAsync(port, kind, Get, Lookup(port, ["v"], ("key-prefix", "key:"), ("cache", "all")), 20),
        "hashes" => AllAsync(port, kind, Fields, Lookup(port, s_fields, ("mode", "HASHMAP"), ("key-prefix", "user:"), ("cache", "all")), 3 * 12),
        _ => AllAsync(port, "one hash", "HGET one __rand_int__", Lookup(port, ["v"], ("hashName", "one"), ("cache", "all")), 20),
    };

    private static async Task AllAsync(int port, string title, string command, ILookup lookup, int valueBytes)
    {
        const int KeyBytes = 12;
        await using var server = await BenchServer.ConnectAsync(port);
        var table = new LookupTable("bench", lookup);
        var join = Join(table);
        var task = JoinBench.NewTask();
        var (theirs, ours) = (new Side("redis-benchmark " + command), new Side($"loading {Keys:N0} rows, {title}"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = -1; round < LoadRounds; round++)
        {
            await BenchmarkAsync(server, theirs, command, round >= 0);
            await join.CloseAsync();
            await MeasureAsync(server, ours, Keys, async () =>
            {
                await join.PrepareAsync(task, CancellationToken.None);
                return table.CachedRows;
            }, round >= 0);
        }

        Report("lookup-all", theirs, ours);
        var taken = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Keys;
        Say("lookup-all", $"{taken:0} bytes of memory per row, {taken - KeyBytes - valueBytes:0} beyond key ({KeyBytes}) and values ({valueBytes})");
        var rows = JoinBench.Open(join, task, Shuffled(""));
        var joining = new Side($"lookup join, {title}");
        for (var round = -2; round < Rounds; round++)
        {
            await MeasureAsync(server, joining, Rows, async () => await rows(), round >= 0);
        }

        Say("lookup-all", joining.Line());
    }

    private static async Task CompareAsync(string name, int port, string command, string prefix, params (string Title, ILookup Lookup)[] tables)
    {
        await using var server = await BenchServer.ConnectAsync(port);
        var theirs = new Side("redis-benchmark " + command);
        var ours = new List<(Side Side, Func<Task<int>> Rows)>();
        var batches = Shuffled(prefix);
        foreach (var (title, lookup) in tables)
        {
            var join = Join(new LookupTable(title, lookup));
            var task = JoinBench.NewTask();
            await join.PrepareAsync(task, CancellationToken.None);
            ours.Add((new Side(title), JoinBench.Open(join, task, batches)));
        }

        for (var round = -2; round < Rounds; round++)
        {
            await BenchmarkAsync(server, theirs, command, round >= 0);
            foreach (var (side, rows) in ours)
            {
                await MeasureAsync(server, side, Rows, async () => await rows(), round >= 0);
            }
        }

        Report(name, theirs, [.. ours.Select(o => o.Side)]);
    }

    private static LookupJoin Join(LookupTable table) => new(JoinBench.Input, [0],
        [.. table.Lookup.Layout.Schema.Fields.Select((f, i) => new LookupColumn(f.Name, f.Sql!, i))], keepMissing: false, table);

    /// <summary>A dimension table as a script would make it.</summary>
    private static ILookup Lookup(int port, string[] columns, params (string Name, string Value)[] options)
    {
        var report = new Report(false, Console.Error.WriteLine);
        var table = new TableDefinition("bench", s_place, [.. columns.Prepend("k").Select(c => new TableColumn(c, SqlType.String, s_place))], ["k"], []);
        var bag = new OptionBag(OptionNode.Map([.. options
            .Concat([("connector", "redis"), ("host", "127.0.0.1"), ("port", port.ToString(CultureInfo.InvariantCulture))])
            .Select(o => KeyValuePair.Create(o.Item1, OptionNode.Scalar(OptionKind.Text, o.Item2, s_place)))], s_place), report);
        var context = new TableContext(1, ".", TimeProvider.System, TimeZoneInfo.Utc, report, () => Stream.Null);
        return BuiltIn.Connectors.Single(c => c.Name == "redis").Table!.Lookup!(table, [.. columns.Select((_, i) => i + 1)], bag, context);
    }

    /// <summary>Distinct keys in no order.</summary>
    private static RowBatch[] Shuffled(string prefix)
    {
        var numbers = Enumerable.Range(0, Keys).ToArray();
        new Random(1).Shuffle(numbers);
        return [.. numbers.Take(Rows).Select(n => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{n:000000000000}"))).Chunk(BatchSize.MaxRows).Select(JoinBench.Batch)];
    }

    private static async Task BenchmarkAsync(BenchServer server, Side side, string command, bool counts)
    {
        var (cpu, serverCpu) = (BenchServer.ChildrenCpu(), await server.CpuAsync());
        var rate = await server.BenchmarkAsync(Rows, command);
        if (counts)
        {
            side.Add(rate, Rows, BenchServer.ChildrenCpu() - cpu, await server.CpuAsync() - serverCpu, 0);
        }
    }

    private static async Task MeasureAsync(BenchServer server, Side side, int rows, Func<Task<long>> work, bool counts)
    {
        var (cpu, serverCpu) = (Environment.CpuUsage.TotalTime, await server.CpuAsync());
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var done = await work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        if (done != rows)
        {
            throw new InvalidOperationException($"{done} rows of {rows} were found");
        }

        if (counts)
        {
            side.Add(rows / seconds, rows, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, await server.CpuAsync() - serverCpu, allocated);
        }
    }

    private static void Report(string name, Side theirs, params Side[] ours)
    {
        Say(name, theirs.Line());
        foreach (var side in ours)
        {
            Say(name, side.Line());
            Say(name, $"  ratio {side.Rate / theirs.Rate:0.00} of the medians, {Side.Median(side.Rates.Zip(theirs.Rates, (o, t) => o / t)):0.00} median of the rounds; processor time of redis-server {side.Server / theirs.Server:0.00}, of the client {side.Client / theirs.Client:0.00}; load {BenchServer.Load()}");
        }
    }

    private static void Say(string name, FormattableString line) => Console.WriteLine($"{name}  {line.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>What the rounds of one side took.</summary>
    private sealed class Side(string title)
    {
        private readonly List<double> _client = [];
        private readonly List<double> _server = [];
        private long _allocated = long.MaxValue;
        private int _rows;

        public List<double> Rates { get; } = [];

        public double Rate => Median(Rates);

        /// <summary>Seconds of processor time per row.</summary>
        public double Client => Median(_client);

        public double Server => Median(_server);

        public static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return sorted[sorted.Length / 2];
        }

        public void Add(double rate, int rows, double client, double server, long allocated)
        {
            Rates.Add(rate);
            _client.Add(client / rows);
            _server.Add(server / rows);
            _allocated = Math.Min(_allocated, allocated);
            _rows = rows;
        }

        public FormattableString Line() =>
            $"{title,-50} {Rate / 1e6,5:0.000} M rows/s  processor time per row: client {Client * 1e9,4:0} ns, redis-server {Server * 1e9,4:0} ns{(_allocated == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  {(double)_allocated / _rows:0.000} bytes allocated per row"))}  (median of {Rates.Count})";
    }
}
