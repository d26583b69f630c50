using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Lookup;

/// <summary>The reads of one task: sends them, repeats them, and lets the cache keep what they find.</summary>
internal sealed class LookupReads : IAsyncDisposable
{
    private readonly LookupTable _table;
    private readonly TaskContext _task;
    private readonly ILookupReader _reader;
    private readonly Repetition _repetition;
    private readonly CancellationTokenSource _ended = new();

    /// <summary>A read that is repeated starts on another thread: readers are to see one at a time.</summary>
    private readonly Lock _starting = new();

    public LookupReads(LookupTable table, TaskContext task)
    {
        (_table, _task) = (table, task);
        _reader = table.Lookup.Open(task, table.Settings.Tracks ? table.Lru : null);
        _repetition = new Repetition(table.Settings.MaxRetries, task);
    }

    /// <summary>Asks for the keys of a batch. The read goes on whatever becomes of the call that began it: a flush that follows a stop still
    /// gets its rows out.</summary>
    public Task StartAsync(HeldBatch held) =>
        _repetition.RunAsync(() => ReadAsync(held), $"a lookup in table '{_table.Name}'", _ended.Token);

    /// <summary>Ends all reads and waits for them.</summary>
    public async Task EndAsync(IEnumerable<Task> reads)
    {
        await _ended.CancelAsync();
        foreach (var read in reads)
        {
            await read.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>After <see cref="EndAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_table.Settings.Tracks)
        {
            // Nobody will tell any more when the keys change that this reader has asked for.
            _table.Lru?.DropAll();
        }

        await _reader.DisposeAsync();
        _ended.Dispose();
    }

    private async Task ReadAsync(HeldBatch held)
    {
        var lru = _table.Lru;
        var started = _task.Clock.GetTimestamp();
        var failed = true;
        try
        {
            held.Rows.Reset(held.Keys.Count);
            var (began, asked) = (lru?.Began() ?? 0, lru?.Now() ?? 0);
            Task reading;
            lock (_starting)
            {
                reading = _reader.ReadAsync(held.Keys, held.Rows, _ended.Token);
            }

            await reading;
            failed = false;
            if (lru is not null)
            {
                Keep(held, lru, began, asked);
            }
        }
        finally
        {
            _table.Metrics.Loaded(held.Keys.Count, _task.Clock.GetElapsedTime(started), failed && !_ended.IsCancellationRequested, _table.CachedRows);
        }
    }

    private static void Keep(HeldBatch held, LruCache lru, long began, long asked)
    {
        for (var key = 0; key < held.Keys.Count; key++)
        {
            var hasRow = held.Rows.Has(key);
            lru.Put(held.Keys[key], held.Hashes[key], hasRow, hasRow ? held.Rows[key] : default, began, asked);
        }
    }
}
