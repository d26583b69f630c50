namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A whole table, page by page.</summary>
internal interface ITablePages : IAsyncDisposable
{
    /// <summary>The next page, which may be empty; null where the table has ended. It is valid until the next call.</summary>
    /// <exception cref="Sluice.Redis.Connections.RedisConnectionException">The connection was lost on the way.</exception>
    /// <exception cref="Sluice.Redis.Connections.RedisServerException">The server refuses.</exception>
    /// <exception cref="Engine.Errors.DataException">A text that is no value of its column, or a key that is not what it should be.</exception>
    ValueTask<ScanPage?> NextAsync(CancellationToken stop);
}
