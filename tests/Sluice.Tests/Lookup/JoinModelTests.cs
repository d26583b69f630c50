using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;

namespace Sluice.Tests.Lookup;

/// <summary>Joins whose table changes under them, by a random script: reads are answered late and in any order, some fail, time passes. Each row
/// that comes out is checked against all that the table has held, and when.</summary>
public sealed class JoinModelTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, bool> Scripts()
    {
        var data = new TheoryData<string, int, bool>();
        foreach (var cache in (string[])["none", "lru", "ttl", "tracks", "all"])
        {
            for (var seed = 0; seed < 8; seed++)
            {
                data.Add(cache, seed, seed % 2 == 1);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Every_row_is_one_that_the_table_held_within_the_promise_of_its_cache(string cache, int seed, bool mayReorder)
    {
        await using var run = new Run(cache, seed, mayReorder);
        await run.PlayAsync();
    }

    private sealed class Run : IAsyncDisposable
    {
        private static readonly TimeSpan s_ttl = TimeSpan.FromSeconds(5);

        private readonly string _cache;
        private readonly bool _mayReorder;

        /// <summary>Few where a read, a change and its invalidation are to meet at one key.</summary>
        private readonly int _keys;
        private readonly Random _random;
        private readonly HandClock _clock = new();
        private readonly FakeLookup _lookup;
        private readonly JoinLab _lab;

        /// <summary>For each key what it held, from which step and moment on.</summary>
        private readonly Dictionary<string, List<(int Step, DateTimeOffset At, string? Value)>> _history = [];

        /// <summary>Changes whose invalidations have not been received.</summary>
        private readonly Queue<(string Key, int Step)> _pending = [];

        /// <summary>For each key the last change whose invalidation was received.</summary>
        private readonly Dictionary<string, int> _received = [];

        /// <summary>For each row that was given: its key, and the first step and moment that its value may be of.</summary>
        private readonly List<(string Key, int FromStep, DateTimeOffset From)> _given = [];

        private int _step;
        private int _loadedAt;
        private DateTimeOffset _nextLoad;

        public Run(string cache, int seed, bool mayReorder)
        {
            (_cache, _mayReorder, _random, _keys) = (cache, mayReorder, new Random(seed), cache == "tracks" ? 4 : 12);
            var settings = cache switch
            {
                "none" => new LookupSettings(),
                "all" => new LookupSettings { Cache = CacheMode.All, Reload = new IntervalReload(s_ttl, fromEnd: false, null) },
                "ttl" => new LookupSettings { Cache = CacheMode.Lru, ExpireAfterLoad = s_ttl, MaxRows = _random.Next(2, 20) },
                _ => new LookupSettings { Cache = CacheMode.Lru, MaxRows = _random.Next(2, 20), Tracks = cache == "tracks" },
            };
            _lookup = new FakeLookup(settings with { MayReorder = mayReorder, CachesMissing = _random.Next(2) == 0, MaxRetries = 1000 });
            _lab = new JoinLab(_lookup, left: true, _clock) { Seen = Check };
            for (var i = 0; i < _keys; i++)
            {
                Change($"k{i}");
            }

            _pending.Clear();
            _nextLoad = _clock.GetUtcNow() + s_ttl;
        }

        public async Task PlayAsync()
        {
            await _lab.OpenAsync();
            _lookup.HoldsReads = true;
            for (var turn = 0; turn < 150; turn++)
            {
                Interlocked.Increment(ref _step);
                switch (_random.Next(8))
                {
                    case 0 or 1:
                        Change($"k{_random.Next(_keys)}");
                        break;
                    case 2:
                        await PassAsync(TimeSpan.FromMilliseconds(_random.Next(3000)));
                        break;
                    case 3:
                        Invalidate();
                        break;
                    case 4:
                        await AnswerAsync();
                        break;
                    case 5:
                        await DuringAsync(_lab.GiveAsync());
                        break;
                    default:
                        await DuringAsync(_lab.GiveAsync(Batch()));
                        break;
                }
            }

            await DuringAsync(_lab.FlushJoinAsync());
            Assert.Equal(Enumerable.Range(0, _given.Count).Select(i => (long)i), _lab.Ids.Order());
            if (!_mayReorder)
            {
                Assert.Equal(_lab.Ids.Order(), _lab.Ids);
            }

            Assert.Equal(_given.Count, _lab.Figure("hitCount") + _lab.Figure("missCount"));
        }

        public async ValueTask DisposeAsync() => await _lab.CloseAsync();

        private void Change(string key)
        {
            var value = _random.Next(4) == 0 ? null : $"{key}v{_step}.{_random.Next(1000)}";
            _lookup[key] = value;
            if (!_history.TryGetValue(key, out var versions))
            {
                _history[key] = versions = [];
            }

            lock (_history)
            {
                versions.Add((_step, _clock.GetUtcNow(), value));
            }

            _pending.Enqueue((key, _step));
        }

        private string[] Batch()
        {
            string[] keys = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => $"k{_random.Next(_keys)}")];
            foreach (var key in keys)
            {
                _given.Add(_cache switch
                {
                    "none" => (key, _step, DateTimeOffset.MinValue),
                    "ttl" => (key, 0, _clock.GetUtcNow() - s_ttl),
                    "tracks" => (key, _received.GetValueOrDefault(key), DateTimeOffset.MinValue),
                    "all" => (key, _loadedAt, DateTimeOffset.MinValue),
                    _ => (key, 0, DateTimeOffset.MinValue),
                });
            }

            return keys;
        }

        private void Invalidate()
        {
            if (_cache != "tracks")
            {
                return;
            }

            if (_random.Next(10) == 0)
            {
                _lookup.Invalidations!.DropAll();
                foreach (var (key, versions) in _history)
                {
                    _received[key] = versions[^1].Step;
                }
            }

            for (var some = _random.Next(4); some >= 0 && _pending.TryDequeue(out var change); some--)
            {
                _lookup.Invalidations!.Drop(System.Text.Encoding.UTF8.GetBytes(change.Key));
                _received[change.Key] = Math.Max(change.Step, _received.GetValueOrDefault(change.Key));
            }
        }

        private async Task PassAsync(TimeSpan time)
        {
            if (_cache != "all" || _clock.GetUtcNow() + time < _nextLoad)
            {
                _clock.Advance(time);
                return;
            }

            var loads = _lookup.Loads;
            await _clock.RingAsync(Test);
            await JoinTests.EventuallyAsync(() => Task.FromResult(_lookup.Loads > loads && _lab.Figure("loadCount") == _lookup.Loads && _clock.Waiting > 0));
            (_loadedAt, _nextLoad) = (_step, _clock.GetUtcNow() + s_ttl);
        }

        /// <summary>Something becomes of a waiting read: it looks, it is answered, it fails. What follows of it has happened when this returns.</summary>
        private async Task AnswerAsync()
        {
            if (_lookup.HeldCount == 0)
            {
                return;
            }

            var read = _random.Next(_lookup.HeldCount);
            var what = _random.Next(6);
            if (what is 0 or 2 or 3 && _cache is not "ttl")
            {
                _lookup.Look(read);
                return;
            }

            var (loads, timers) = (_lab.Figure("loadCount"), _clock.Waiting);
            var fails = what == 1;
            _lookup.Release(read, fails ? new EndpointException("fake:1", "is away") : null);
            await JoinTests.EventuallyAsync(() => Task.FromResult(_lab.Figure("loadCount") > loads && (!fails || _clock.Waiting > timers)));
        }

        /// <summary>Lets reads be answered while a call waits for room.</summary>
        private async Task DuringAsync(ValueTask call)
        {
            var task = call.AsTask();
            while (!task.IsCompleted)
            {
                Interlocked.Increment(ref _step);
                switch (_random.Next(4))
                {
                    case 0:
                        Change($"k{_random.Next(_keys)}");
                        break;
                    case 1:
                        Invalidate();
                        break;
                    default:
                        await AnswerAsync();
                        break;
                }

                if (_lookup.HeldCount == 0 && _cache != "all")
                {
                    await PassAsync(TimeSpan.FromMilliseconds(100));
                    await Task.WhenAny(task, Task.Delay(1, Test));
                }
            }

            await task;
        }

        private void Check(long id, string? value)
        {
            var (key, fromStep, from) = _given[(int)id];
            lock (_history)
            {
                var versions = _history[key];
                for (var i = versions.Count - 1; i >= 0; i--)
                {
                    if (versions[i].Value == value)
                    {
                        return;
                    }

                    Assert.True(versions[i].Step > fromStep && versions[i].At > from, $"row {id} has {value ?? "nothing"}, which {key} no longer held");
                }
            }

            Assert.Fail($"{key} has never held {value}");
        }
    }
}
