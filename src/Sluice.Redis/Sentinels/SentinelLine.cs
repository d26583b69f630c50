using Sluice.Redis.Connections;

namespace Sluice.Redis.Sentinels;

/// <summary>A connection to one of the sentinels, kept as long as it answers; then to the next. One caller at a time.</summary>
internal sealed class SentinelLine(SentinelMaster master, TimeProvider clock) : IAsyncDisposable
{
    private RedisConnection? _connection;
    private int _index;

    /// <summary>Whom a sentinel names as the master, and which one does; null where none answers.</summary>
    public async Task<(int Sentinel, NamedMaster Named)?> AskAsync(CancellationToken stop)
    {
        for (var left = master.Sentinels.Count; left > 0;)
        {
            var isNew = _connection is null;
            try
            {
                _connection ??= await RedisConnection.ConnectAsync(master.Sentinels[_index], clock, stop);
                return (_index, await master.AskAsync(_connection, master.Sentinels[_index], stop));
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException)
            {
                await DisposeAsync();
                if (isNew)
                {
                    // One that only has closed an old connection is asked again.
                    _index = (_index + 1) % master.Sentinels.Count;
                    left--;
                }
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
