using System.Globalization;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>A pipeline's own connection to a server, and another one in the place of a lost one.</summary>
internal sealed class OwnConnection(RedisOptions server, TimeProvider clock) : IAsyncDisposable
{
    private RedisServer? _lost;

    /// <summary>Null before the first one, and once it is forgotten.</summary>
    public RedisConnection? Current { get; private set; }

    /// <summary>Whether the next connection is one in the place of another.</summary>
    public bool WasConnected { get; private set; }

    public long Reconnects { get; private set; }

    /// <summary>host:port of who answered last; before anybody has, who is asked.</summary>
    public string Endpoint { get; private set; } = server.Endpoint;

    public void Adopt(RedisConnection connection) => (Current, Endpoint, WasConnected) = (connection, connection.Endpoint, true);

    /// <summary>One attempt. The connection that was lost is ended at the server first: nothing still in its buffer may be applied later.</summary>
    /// <exception cref="RedisConnectionException">Nobody answers.</exception>
    /// <exception cref="RedisServerException">The server refuses.</exception>
    public async Task OpenAsync(CancellationToken stop)
    {
        var connection = await RedisConnection.ConnectAsync(server, clock, stop);
        try
        {
            await EndLostAsync(connection, stop);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        Reconnects += WasConnected ? 1 : 0;
        Adopt(connection);
        _lost = null;
    }

    /// <summary>It is of no more use.</summary>
    public void Forget()
    {
        if (Current is { } connection)
        {
            (_lost, Current) = (connection.Server, null);
        }
    }

    /// <summary>Somebody else's connection counts as the one in the place of the lost one.</summary>
    public void BeginAnew() => WasConnected = false;

    public ValueTask DisposeAsync() => Current?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task EndLostAsync(RedisConnection connection, CancellationToken stop)
    {
        // A server that was started anew, or another one, numbers its clients anew: the number may be someone else's now.
        if (_lost is not { ClientId: { } id } lost || !(lost.RunId is null ? server.Sentinel is null : lost.RunId == connection.Server.RunId))
        {
            return;
        }

        try
        {
            await connection.CallAsync(stop, "CLIENT", "KILL", "ID", id.ToString(CultureInfo.InvariantCulture));
        }
        catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry)
        {
            // Gone already, or this user may not: the server does not allow more.
        }
    }
}
