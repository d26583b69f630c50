using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Lookup;

/// <summary>Keeps a whole table (S-30): loads it before the first row, and again in the background by its schedule. The old one serves
/// meanwhile, and also when a load fails.</summary>
internal sealed class TableLoader : IAsyncDisposable
{
    /// <summary>The longest sleep: a clock that was set is noticed.</summary>
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromHours(1);

    private readonly string _name;
    private readonly ILookup _lookup;
    private readonly TaskContext _task;
    private readonly LookupMetrics _metrics;
    private readonly Repetition _repetition;
    private readonly CancellationTokenSource _ended = new();
    private Snapshot _snapshot = new Snapshot.Builder().Build();
    private Task _reloading = Task.CompletedTask;

    private TableLoader(string name, ILookup lookup, TaskContext task, LookupMetrics metrics)
    {
        (_name, _lookup, _task, _metrics) = (name, lookup, task, metrics);
        _repetition = new Repetition(lookup.Settings.MaxRetries, task);
    }

    /// <summary>The latest rows.</summary>
    public Snapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Loads the table, and begins to follow its schedule.</summary>
    public static async Task<TableLoader> StartAsync(string name, ILookup lookup, TaskContext task, LookupMetrics metrics, CancellationToken stop)
    {
        var loader = new TableLoader(name, lookup, task, metrics);
        var began = task.Clock.GetUtcNow();
        try
        {
            await loader.LoadAsync(stop);
        }
        catch
        {
            await loader.DisposeAsync();
            throw;
        }

        if (lookup.Settings.Reload is { } schedule)
        {
            loader._reloading = Task.Run(() => loader.ReloadAsync(schedule, began, task.Clock.GetUtcNow()), CancellationToken.None);
        }

        return loader;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reloading;
        _ended.Dispose();
    }

    private async Task ReloadAsync(IReloadSchedule schedule, DateTimeOffset began, DateTimeOffset ended)
    {
        var stop = _ended.Token;
        while (schedule.Next(began, ended) is { } next)
        {
            if (!await SleepUntilAsync(next, stop))
            {
                return;
            }

            began = _task.Clock.GetUtcNow();
            if (await JobRunner.CatchAsync(() => LoadAsync(stop)) is { } failure)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                _task.Report.Warn(null, $"table '{_name}' could not be loaded again, the rows of its last load go on serving: {failure.Message}");
            }

            ended = _task.Clock.GetUtcNow();
        }
    }

    /// <returns>False where the job ended first.</returns>
    private async Task<bool> SleepUntilAsync(DateTimeOffset moment, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var left = moment - _task.Clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            // A timer counts whole milliseconds, and must not ring early.
            left = left < s_longestSleep ? left + TimeSpan.FromMilliseconds(1) : s_longestSleep;
            await Task.Delay(left, _task.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    private Task LoadAsync(CancellationToken stop) => _repetition.RunAsync(() => LoadOnceAsync(stop), $"loading table '{_name}'", stop);

    private async Task LoadOnceAsync(CancellationToken stop)
    {
        var rows = new Snapshot.Builder();
        var began = _task.Clock.GetTimestamp();
        var failed = true;
        try
        {
            await _lookup.LoadAsync(_task, new Notice(_name, rows, _task), stop);
            Volatile.Write(ref _snapshot, rows.Build());
            failed = false;
        }
        finally
        {
            _metrics.Loaded(1, _task.Clock.GetElapsedTime(began), failed && !stop.IsCancellationRequested, Snapshot.Count);
        }
    }

    /// <summary>Says that a load that takes long gets on.</summary>
    private sealed class Notice(string name, ITableLoad into, TaskContext task) : ITableLoad
    {
        private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

        private long _said = task.Clock.GetTimestamp();
        private long _rows;

        public void Add(KeyBatch keys, FoundRows found)
        {
            into.Add(keys, found);
            _rows += keys.Count;
            if (task.Clock.GetElapsedTime(_said) >= s_interval)
            {
                _said = task.Clock.GetTimestamp();
                task.Report.Warn(null, $"loading table '{name}': {_rows} keys so far");
            }
        }
    }
}
