using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Clusters;

/// <summary>S-27c: list jobs into a cluster, each run of which ends in some way at some row, until one is done. In the end each list is what
/// a naive program would have written, and the books of every run balance.</summary>
[Collection(RedisClusterCollection.Name)]
public sealed class SlotModelTests(RedisCluster cluster, ITestOutputHelper output)
{
    private const int Seeds = 4;
    private const int MostFaults = 8;

    [Fact]
    public async Task Lists_hold_each_row_once_and_in_order_however_runs_end()
    {
        var (first, count) = (int.Parse(Environment.GetEnvironmentVariable("SLUICE_SEED") ?? "1", CultureInfo.InvariantCulture), int.Parse(Environment.GetEnvironmentVariable("SLUICE_SEEDS") ?? $"{Seeds}", CultureInfo.InvariantCulture));
        for (var seed = first; seed < first + count; seed++)
        {
            cluster.Flush();
            using var course = new Course(cluster, new Random(seed));
            try
            {
                await course.RunAsync();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}:\n{course}", e);
            }

            output.WriteLine($"seed {seed}:\n{course}");
        }
    }

    /// <summary>All runs of one job.</summary>
    private sealed class Course : IDisposable
    {
        private readonly RedisCluster _cluster;
        private readonly Random _random;
        private readonly List<string> _said = [];
        private readonly int[] _rows;
        private readonly int _keys, _slots;
        private readonly bool _expires;
        private readonly string? _foreign;
        private readonly List<WriterJob> _jobs = [];
        private int _left = MostFaults;

        public Course(RedisCluster cluster, Random random)
        {
            (_cluster, _random) = (cluster, random);
            _rows = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(5) == 0 ? random.Next(3) : random.Next(100, 1500))];
            (_keys, _slots, _expires) = (random.Next(1, 60), random.Next(1, 30), random.Next(3) == 0);
            _foreign = random.Next(3) == 0 ? Key(0, random.Next(_keys)) : null;
            Say($"rows {string.Join('+', _rows)}, {_keys} keys in up to {_slots} slots, expires {_expires}, foreign {_foreign}");
        }

        public override string ToString() => string.Join('\n', _said);

        public void Dispose() => _jobs.ForEach(job => job.Dispose());

        public async Task RunAsync()
        {
            if (_foreign is not null)
            {
                _cluster.Command("SET", _foreign, "a string");
            }

            using var done = new CancellationTokenSource();
            var disturbing = Task.Run(() => DisturbAsync(new Random(_random.Next()), done.Token), CancellationToken.None);
            try
            {
                while ((await OnceAsync(_left-- > 0, new Random(_random.Next()))).Status != JobStatus.Succeeded)
                {
                    Assert.True(_left > -10, "it does not come to an end");
                }
            }
            finally
            {
                await done.CancelAsync();
                await disturbing;
            }

            AssertLists();
            Assert.Equal((JobStatus.Succeeded, 0L), await OnceAsync(false, _random) is var again ? (again.Status, again.RowsWritten) : default);
            AssertLists();
        }

        private void Say(string line)
        {
            lock (_said)
            {
                _said.Add(line);
            }
        }

        private string Key(int split, int key) => $"{{{key % _slots}}}{split}:{key}";

        private void AssertLists()
        {
            for (var split = 0; split < _rows.Length; split++)
            {
                for (var key = 0; key < _keys; key++)
                {
                    var name = Key(split, key);
                    if (name == _foreign)
                    {
                        Assert.Equal("a string", _cluster.Command("GET", name));
                        continue;
                    }

                    var expected = Enumerable.Range(0, _rows[split]).Where(row => row % _keys == key && !IsEmpty(row)).Select(row => $"{row}");
                    Assert.Equal($"{name}: {string.Join(' ', expected)}", $"{name}: {string.Join(' ', (object?[])_cluster.Command("LRANGE", name, "0", "-1")!)}");
                }
            }
        }

        /// <summary>Rows without a key, which are dirty.</summary>
        private static bool IsEmpty(int row) => row % 97 == 5;

        private async Task<JobSummary> OnceAsync(bool mayFail, Random random)
        {
            var job = new WriterJob();
            _jobs.Add(job);
            using var cancel = new CancellationTokenSource();
            var fault = new Fault(this, mayFail ? random.Next(7) : -1, random, cancel);
            var batch = random.Next(3) == 0 ? random.Next(1, 10) : random.Next(10, 300);
            var writer = $"'redisMode':'ClusterMode','hostAndPorts':'{_cluster.Seeds}','keyIndexes':0,'deliveryGuarantee':'exactly-once','batchSize':{batch},"
                + (_expires ? "'expireTime':{'seconds':9000}," : "") + "'writeMode':{'type':'list'}";
            var splits = Enumerable.Range(0, _rows.Length).Select(split => Rows(split, fault)).ToArray();
            var summary = await job.RunAsync(job.Plan(writer, "k,v", $"'errorLimit':{{'record':100000}},'speed':{{'concurrent':{random.Next(1, 3)}}}", splits), cancel.Token);
            Say($"{fault}, batches of {batch}: {summary.Status} read {summary.RowsRead} = {summary.RowsWritten} + {summary.RowsSkipped} skipped + {summary.RowsDirty} dirty + {summary.RowsUnknown} unknown; {summary.Error}");
            await fault.Other;
            Assert.Equal(summary.RowsRead, summary.RowsWritten + summary.RowsSkipped + summary.RowsDirty + summary.RowsUnknown);
            Assert.True(mayFail || summary.Status == JobStatus.Succeeded, summary.Error);
            return summary;
        }

        private IEnumerable<object?[]> Rows(int split, Fault fault)
        {
            for (var row = 0; row < _rows[split]; row++)
            {
                if (split == fault.Split)
                {
                    fault.Before(row);
                }

                yield return [IsEmpty(row) ? null : Key(split, row % _keys), $"{row}"];
            }

            if (split == fault.Split)
            {
                fault.Before(_rows[split]);
            }
        }

        /// <summary>Connections that end and slots that move.</summary>
        private async Task DisturbAsync(Random random, CancellationToken stop)
        {
            var kind = random.Next(4);
            for (var round = 0; !stop.IsCancellationRequested; round++)
            {
                if ((kind & 1) != 0)
                {
                    _cluster.CurrentPrimaries[round % 3].Command("CLIENT", "KILL", "TYPE", "normal");
                }

                if ((kind & 2) != 0)
                {
                    var slot = _cluster.Slot(random.Next(4) == 0 ? "sluice:job:job" : Key(0, random.Next(_keys)));
                    var from = _cluster.OwnerOf(slot);
                    await _cluster.MoveAsync(slot, from, _cluster.CurrentPrimaries.Where(n => n != from).ElementAt(random.Next(2)));
                }

                await Task.Delay(random.Next(200), CancellationToken.None);
            }
        }

        /// <summary>What happens to a run at some row of one of its splits.</summary>
        private sealed class Fault(Course course, int kind, Random random, CancellationTokenSource cancel)
        {
            private const string Take = "local t = {} for i = 1, #KEYS do t[i] = redis.call('DUMP', KEYS[i]) or '' end return t";
            private const string Put = "for i = 1, #KEYS do redis.call('DEL', KEYS[i]) if ARGV[i] ~= '' then redis.call('RESTORE', KEYS[i], 0, ARGV[i]) end end return 1";

            private readonly int _split = random.Next(course._rows.Length);
            private readonly int _other = random.Next();
            private readonly double _at = random.NextDouble();
            private readonly double _before = random.NextDouble();
            private readonly string _some = course.Key(0, random.Next(course._keys));
            private byte[][]? _keys;
            private byte[][]? _taken;

            public int Split => _split;

            private int Row => (int)(_at * (course._rows[_split] + 1));

            private int Earlier => (int)(_before * Row);

            public Task Other { get; private set; } = Task.CompletedTask;

            public override string ToString() => kind switch
            {
                0 or 1 => $"dies at {_split}/{Row}",
                2 => $"its source breaks off at {_split}/{Row}",
                3 => $"is stopped at {_split}/{Row}",
                4 => $"another begins at {_split}/{Row}",
                5 or 6 => $"the slot of {_some} loses at {_split}/{Row} what it got since {_split}/{Earlier}",
                _ => "nothing happens",
            };

            public void Before(int row)
            {
                if (kind is 5 or 6)
                {
                    Lose(row);
                }
                else if (row == Row)
                {
                    Happen();
                }
            }

            private void Happen()
            {
                switch (kind)
                {
                    case 0 or 1:
                        // The engine takes it for a bug of its own, and leaves everything where it is.
                        throw new ProtocolException("dies");
                    case 2:
                        throw new InvalidDataException("breaks off");
                    case 3:
                        cancel.Cancel();
                        break;
                    case 4:
                        Other = Task.Run(() => course.OnceAsync(true, new Random(_other)));
                        break;
                    default:
                        break;
                }
            }

            /// <summary>As after a failover to a replica that was behind: all of a slot is as it was.</summary>
            private void Lose(int row)
            {
                try
                {
                    if (row == Earlier)
                    {
                        _taken = [.. ((object?[])Script(Take, [])!).Cast<byte[]>()];
                    }

                    if (row == Row && _taken is not null)
                    {
                        Script(Put, _taken);
                    }
                }
                catch (RedisReplyException)
                {
                    // It is on the move.
                }
            }

            private object? Script(string text, byte[][] arguments)
            {
                var slot = course._cluster.Slot(_some);
                _keys ??= [.. Enumerable.Range(0, course._rows.Length).SelectMany(s => Enumerable.Range(0, course._keys).Select(k => course.Key(s, k)))
                    .Where(key => key != course._foreign && course._cluster.Slot(key) == slot).Append($"sluice:slot:{{{Sluice.Redis.Units.SlotTag.Of(slot)}}}:job").Select(Bytes)];
                return course._cluster.OwnerOf(slot).CommandBytes([Bytes("EVAL"), Bytes(text), Bytes($"{_keys.Length}"), .. _keys, .. arguments]);
            }

            private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
        }
    }
}
