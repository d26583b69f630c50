using Sluice.Engine.Errors;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis;

/// <summary>Connects once before the first row, so that whatever the server refuses is known by then.</summary>
internal static class FirstConnection
{
    /// <exception cref="ConfigException">The server is none that can be written.</exception>
    /// <exception cref="EndpointException">Nobody answers there, or it refuses for too long.</exception>
    /// <exception cref="RefusedException">It refuses what no further attempt can change.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisOptions server, TimeSpan timeout, TimeProvider clock, CancellationToken stop)
    {
        var connection = await ConnectAsync(server, timeout, clock, stop);
        var message = connection.Server.Mode switch
        {
            "cluster" => "the server is a node of a Redis Cluster ('redisMode' ClusterMode, 'clusterMode'), which is not supported yet; give the address of a single server",
            "sentinel" => "the server is a sentinel; say by 'sentinel.master' which master it is to be asked for, or give the address of the Redis server itself",
            _ => null,
        };
        if (message is null)
        {
            return connection;
        }

        await connection.DisposeAsync();
        throw new ConfigException($"redis {server.Endpoint}: {message}");
    }

    /// <summary>A server that is only just starting is waited for; one that nobody answers for is not.</summary>
    private static async Task<RedisConnection> ConnectAsync(RedisOptions server, TimeSpan timeout, TimeProvider clock, CancellationToken stop)
    {
        var backoff = new Backoff(clock);
        var started = clock.GetTimestamp();
        var patience = server.ConnectTimeout;
        while (true)
        {
            try
            {
                return await RedisConnection.ConnectAsync(server, clock, stop);
            }
            catch (RedisConnectionException e) when (clock.GetElapsedTime(started) >= patience)
            {
                throw GiveUp(server, e, clock.GetElapsedTime(started));
            }
            catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry)
            {
                throw PipelineAccount.Explain(e);
            }
            catch (RedisServerException e) when (clock.GetElapsedTime(started) >= timeout)
            {
                throw new EndpointException($"redis {server.Endpoint}", $"refuses since {timeout.TotalSeconds:F1} s: {e.Error.Text}", e);
            }
            catch (Exception e) when (e is RedisConnectionException or RedisServerException)
            {
                // One that has answered is there, also where it hangs up while it starts or is full.
                patience = (e is RedisServerException || server.Sentinel is { HasAnswered: true }) && timeout > patience ? timeout : patience;
                await backoff.WaitAsync(stop);
            }
        }
    }

    private static Exception GiveUp(RedisOptions server, RedisConnectionException e, TimeSpan waited)
    {
        var said = e.Message[(e.Endpoint.Length + 2)..];
        var advice = RedisErrors.Explain(e.Doubt);
        if (e.Doubt == TlsDoubt.MayNotSpeakTls)
        {
            return new RefusedException($"redis {e.Endpoint}", $"{said}; {advice}", e);
        }

        var why = advice is null && server.Sentinel is null ? e.InnerException?.Message ?? e.Message : said;
        advice ??= server.Sentinel is null ? "is the server running there, and are 'host' and 'port' right?" : "are the servers running there, and is 'hostAndPorts' right?";
        return new EndpointException($"redis {server.Endpoint}", $"not reachable after {waited.TotalSeconds:F1} s: {why}; {advice}", e);
    }
}
