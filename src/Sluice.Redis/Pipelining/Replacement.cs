using System.Globalization;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Pipelining;

/// <summary>A connection in the place of a lost one.</summary>
internal static class Replacement
{
    /// <summary>Connects, and then ends the old connection at the server, so that nothing still in its buffer is applied later.</summary>
    public static async Task<RedisConnection> OpenAsync(RedisOptions server, RedisServer? before, TimeProvider clock, CancellationToken stop)
    {
        var connection = await RedisConnection.ConnectAsync(server, clock, stop);
        try
        {
            // A server that was started anew, or another one, numbers its clients anew: the number may be someone else's now.
            if (before is { ClientId: { } id } lost && (lost.RunId is null ? server.Sentinel is null : lost.RunId == connection.Server.RunId))
            {
                await connection.CallAsync(stop, "CLIENT", "KILL", "ID", id.ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry)
        {
            // Gone already, or this user may not: the server does not allow more.
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return connection;
    }
}
