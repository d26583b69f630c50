using Sluice.Engine.Execution;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>Many rows over few keys, in every mode, against what a naive program would leave in Redis (S-12 to S-20).</summary>
[Collection(RedisCollection.Name)]
public sealed class ModelTests : IDisposable
{
    private static readonly string[] s_modes = ["string/set", "list/rpush", "list/lpush", "set/sadd", "zset/zadd", "hash/hset"];

    private readonly RedisServer _redis;
    private readonly WriterJob _job = new();

    public ModelTests(RedisServer redis)
    {
        _redis = redis;
        _redis.Command("FLUSHALL");
    }

    private string At => $"'host':'127.0.0.1','port':{_redis.Port},'keyIndexes':0,";

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Redis_holds_what_a_naive_model_holds()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var mode = s_modes[seed % s_modes.Length].Split('/');
            var isPair = mode[0] is "zset" or "hash";
            int[] sizes = [1, 3, 50, 1000, 100_000];
            var (keys, batchSize, expires, concurrent) = (random.Next(1, 30), sizes[random.Next(5)], random.Next(2) == 0, random.Next(1, 4));
            _redis.Command("FLUSHDB");
            var model = new Model(mode[0], mode[1] == "lpush");
            if (mode[0] != "list")
            {
                // Keys of other types are overwritten.
                _redis.Command("SADD", "0:k0", "old");
                _redis.Command("RPUSH", "0:k1", "old");
                (model.Old["0:k0"], model.Old["0:k1"]) = ("set", "list");
                model.Members["0:k0"] = ["old"];
            }

            var splits = Enumerable.Range(0, concurrent).Select(split => (IEnumerable<object?[]>)[.. Enumerable.Range(0, random.Next(150)).Select(_ => Row(random, split, keys, isPair))]).ToArray();
            var dirty = splits.Sum(rows => rows.Count(row => !model.Apply(row)));
            var writer = At + $"'batchSize':{batchSize},'writeMode':{{'type':'{mode[0]}','mode':'{mode[1]}','valueFieldDelimiter':'|'}}" + (expires ? ",'expireTime':1000" : "");
            var summary = await _job.RunAsync(_job.Plan(writer, "k,a,b", $"'errorLimit':{{'record':10000}},'speed':{{'concurrent':{concurrent}}}", splits));

            var read = splits.Sum(rows => rows.Count());
            Assert.Equal((seed, JobStatus.Succeeded, read, read - dirty, dirty, 0), (seed, summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsDirty, summary.RowsUnknown));
            Assert.Equal(model.Expected(), Actual(mode[0], model.Keys));
            Assert.All(model.Written, key => Assert.Equal((seed, expires), (seed, (long)_redis.Command("TTL", key)! > 0)));
        }
    }

    [Fact]
    public async Task Rows_of_one_key_are_applied_in_the_order_of_their_split()
    {
        // Each split has keys of its own; the last of a key must win, and lists must be in order.
        IEnumerable<object?[]> Split(int split) => Enumerable.Range(0, 5000).Select(i => (object?[])[$"{split}:{i % 7}", $"{i}"]);
        foreach (var type in (string[])["string", "list"])
        {
            _redis.Command("FLUSHDB");
            var plan = _job.Plan(At + $"'batchSize':100,'writeMode':{{'type':'{type}'}}", "k,v", "'speed':{'concurrent':4}", [.. Enumerable.Range(0, 10).Select(Split)]);
            var summary = await _job.RunAsync(plan);
            Assert.Equal((JobStatus.Succeeded, 50_000), (summary.Status, summary.RowsWritten));
            for (var key = 0; key < 70; key++)
            {
                var expected = Enumerable.Range(0, 5000).Where(i => i % 7 == key % 7).Select(i => $"{i}").ToList();
                if (type == "string")
                {
                    Assert.Equal(expected[^1], _redis.Command("GET", $"{key / 7}:{key % 7}"));
                }
                else
                {
                    Assert.Equal(expected, (object?[])_redis.Command("LRANGE", $"{key / 7}:{key % 7}", "0", "-1")!);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task Any_batch_size_writes_all_rows(int batchSize)
    {
        var summary = await _job.RunAsync(At + $"'batchSize':{batchSize}", "k,v", Enumerable.Range(0, 12_345).Select(i => (object?[])[$"k{i}", $"{i}"]));
        Assert.Equal((JobStatus.Succeeded, 12_345), (summary.Status, summary.RowsWritten));
        Assert.Equal(12_345L, _redis.Command("DBSIZE"));
    }

    private static object?[] Row(Random random, int split, int keys, bool isPair)
    {
        string? Value() => random.Next(10) == 0 ? null : random.Next(8) == 0 ? "" : $"v{random.Next(20)}";
        var key = random.Next(60) == 0 ? null : $"{split}:k{random.Next(keys)}";
        return isPair ? [key, random.Next(20) == 0 ? null : $"{random.Next(10)}", Value()] : [key, Value(), Value()];
    }

    /// <summary>The content of the keys, in a form that can be compared.</summary>
    private SortedDictionary<string, string> Actual(string type, IEnumerable<string> keys)
    {
        var actual = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var found = (string)_redis.Command("TYPE", key)!;
            string[] Items(params string[] command) => [.. ((object?[])_redis.Command(command)!).Cast<string>()];
            actual[key] = found + " " + found switch
            {
                "string" => (string)_redis.Command("GET", key)!,
                "list" => string.Join(',', Items("LRANGE", key, "0", "-1")),
                "set" => string.Join(',', Items("SMEMBERS", key).Order(StringComparer.Ordinal)),
                "zset" => Pairs(Items("ZRANGE", key, "0", "-1", "WITHSCORES")),
                "hash" => Pairs(Items("HGETALL", key)),
                _ => "",
            };
        }

        return actual;
    }

    private static string Pairs(string[] items) =>
        string.Join(',', items.Chunk(2).Select(p => $"{p[0]}={p[1]}").Order(StringComparer.Ordinal));

    /// <summary>What the semantics say, one row at a time.</summary>
    private sealed class Model(string type, bool pushesLeft)
    {
        private readonly Dictionary<string, string> _strings = [];
        private readonly Dictionary<string, List<string>> _lists = [];
        private readonly Dictionary<string, Dictionary<string, string>> _pairs = [];

        public Dictionary<string, string> Old { get; } = [];

        public Dictionary<string, HashSet<string>> Members { get; } = [];

        public HashSet<string> Written { get; } = [];

        public IEnumerable<string> Keys => Written.Concat(Old.Keys).Distinct();

        /// <returns>False where the row is dirty.</returns>
        public bool Apply(object?[] row)
        {
            if (row[0] is not string key || (type is "zset" && (row[1] is null || row[2] is null)) || (type is "hash" && row[1] is null))
            {
                return false;
            }

            if (Old.TryGetValue(key, out var old) && old != type && Written.Add(key))
            {
                Members.Remove(key);
            }

            Written.Add(key);
            var joined = $"{row[1]}|{row[2]}";
            switch (type)
            {
                case "string":
                    _strings[key] = joined;
                    break;
                case "list":
                    var list = Of(_lists, key);
                    list.Insert(pushesLeft ? 0 : list.Count, joined);
                    break;
                case "set":
                    Of(Members, key).Add(joined);
                    break;
                case "zset":
                    Of(_pairs, key)[(string)row[2]!] = (string)row[1]!;
                    break;
                default:
                    Of(_pairs, key)[(string)row[1]!] = (string?)row[2] ?? "";
                    break;
            }

            return true;
        }

        public SortedDictionary<string, string> Expected()
        {
            var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var key in Keys)
            {
                var found = Written.Contains(key) ? type : Old[key];
                expected[key] = found + " " + found switch
                {
                    "string" => _strings[key],
                    "list" => string.Join(',', Written.Contains(key) ? _lists[key] : ["old"]),
                    "set" => string.Join(',', Members[key].Order(StringComparer.Ordinal)),
                    _ => string.Join(',', _pairs[key].Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal)),
                };
            }

            return expected;
        }

        private static T Of<T>(Dictionary<string, T> all, string key) where T : new()
        {
            if (!all.TryGetValue(key, out var one))
            {
                all[key] = one = new T();
            }

            return one;
        }
    }
}
