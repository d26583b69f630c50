using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Lookup;

/// <summary>A dimension table in a dictionary, whose rows are one text each: it counts what it is asked, holds reads back until a test releases
/// them, and fails when it is told to. Any number of text columns may be declared; all of a row hold the same text.</summary>
internal sealed class FakeLookup(LookupSettings settings, int columns = 1) : ILookup
{
    private readonly Lock _gate = new();
    private readonly List<HeldRead> _held = [];
    private readonly Dictionary<string, string> _rows = new(StringComparer.Ordinal);

    public string Name => "fake";

    public RecordLayout Layout { get; } = new(new Schema([.. Enumerable.Range(0, columns).Select(i => new Field($"v{i}", SqlType.String))]));

    public LookupSettings Settings { get; } = settings;

    /// <summary>Reads wait for <see cref="Release"/>; else they are answered at once.</summary>
    public bool HoldsReads { get; set; }

    /// <summary>Called with the number of a read, or of a load, from 0: what it returns is thrown, null is none.</summary>
    public Func<int, Exception?> Fails { get; set; } = _ => null;

    /// <summary>Called in each load, before its rows are taken.</summary>
    public Func<int, Task> Loading { get; set; } = _ => Task.CompletedTask;

    /// <summary>The keys of each read, in the order of their sending.</summary>
    public List<string[]> Reads { get; } = [];

    public int Loads { get; private set; }

    public int OpenReaders { get; private set; }

    public int Prepared { get; private set; }

    public IInvalidations? Invalidations { get; private set; }

    public IEnumerable<string> Explain() => ["fake: looks into a dictionary"];

    public Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        Prepared++;
        return Task.CompletedTask;
    }

    public ILookupReader Open(TaskContext task, IInvalidations? invalidations)
    {
        lock (_gate)
        {
            OpenReaders++;
            Invalidations = invalidations;
        }

        return new Reader(this);
    }

    public async Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop)
    {
        var number = Loads++;
        await Loading(number).WaitAsync(stop);
        if (Fails(number) is { } failure)
        {
            throw failure;
        }

        var (keys, found) = (new KeyBatch(), new FoundRows());
        lock (_gate)
        {
            foreach (var key in _rows.Keys)
            {
                keys.Add(Encoding.UTF8.GetBytes(key));
            }

            Answer(keys, found);
        }

        into.Add(keys, found);
    }

    /// <summary>The row of a key; null where there is none.</summary>
    public string? this[string key]
    {
        get
        {
            lock (_gate)
            {
                return _rows.GetValueOrDefault(key);
            }
        }

        set
        {
            lock (_gate)
            {
                _ = value is null ? _rows.Remove(key) : (_rows[key] = value) is null;
            }
        }
    }

    /// <summary>Reads that wait.</summary>
    public int HeldCount
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Looks into the dictionary for a waiting read that has not done so, without answering it yet: rows may change before the
    /// answer is there.</summary>
    public void Look(int index)
    {
        lock (_gate)
        {
            if (!_held[index].HasLooked)
            {
                Answer(_held[index].Keys, _held[index].Found);
                _held[index].HasLooked = true;
            }
        }
    }

    /// <summary>Answers one of the waiting reads, or fails it.</summary>
    public void Release(int index, Exception? failure = null)
    {
        HeldRead read;
        lock (_gate)
        {
            read = _held[index];
            _held.RemoveAt(index);
            if (failure is null && !read.HasLooked)
            {
                Answer(read.Keys, read.Found);
            }
        }

        _ = failure is null ? read.Done.TrySetResult() : read.Done.TrySetException(failure);
    }

    private void Answer(KeyBatch keys, FoundRows found)
    {
        found.Reset(keys.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            if (_rows.TryGetValue(Encoding.UTF8.GetString(keys[i]), out var row))
            {
                found.Begin(i);
                for (var column = 0; column < columns; column++)
                {
                    RecordLayout.AppendText(found.Heap, Encoding.UTF8.GetBytes(row));
                }

                found.End(i);
            }
        }
    }

    private sealed record HeldRead(KeyBatch Keys, FoundRows Found)
    {
        public TaskCompletionSource Done { get; } = new();

        public bool HasLooked { get; set; }
    }

    private sealed class Reader(FakeLookup table) : ILookupReader
    {
        private int _starting;

        public async Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop)
        {
            Assert.Equal(1, Interlocked.Increment(ref _starting));
            int number;
            lock (table._gate)
            {
                number = table.Reads.Count;
                string[] texts = [.. Enumerable.Range(0, keys.Count).Select(i => Encoding.UTF8.GetString(keys[i]))];
                Assert.Equal(texts.Distinct(), texts);
                table.Reads.Add(texts);
            }

            Interlocked.Decrement(ref _starting);
            if (table.Fails(number) is { } failure)
            {
                throw failure;
            }

            HeldRead? held = null;
            lock (table._gate)
            {
                if (table.HoldsReads)
                {
                    held = new HeldRead(keys, found);
                    table._held.Add(held);
                }
                else
                {
                    table.Answer(keys, found);
                }
            }

            if (held is not null)
            {
                await held.Done.Task.WaitAsync(stop);
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (table._gate)
            {
                table.OpenReaders--;
            }

            return ValueTask.CompletedTask;
        }
    }
}
