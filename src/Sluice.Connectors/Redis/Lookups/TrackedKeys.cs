using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Has the server tell which of the keys that were read have changed (S-32, https://redis.io/docs/latest/develop/reference/client-side-caching/).
/// A node of a cluster tells of its own slots alone: of a key that was not there when its slot went elsewhere it says nothing any more. So
/// it is asked now and then which slots it has, and where these are others, nothing is known any more.</summary>
internal sealed class TrackedKeys(RedisLookupSettings settings, IInvalidations invalidations) : IReadWatch
{
    /// <summary>Whether one change in Redis may be one of many rows: fields of one hash, or members of a sorted set, which are not told apart.</summary>
    private readonly bool _dropsAll = settings.HashName is not null || settings.Mode.KeyColumns > 1;

    private NodeClaim? _claim;

    public async Task ConnectedAsync(RedisConnection connection, CancellationToken stop) =>
        Volatile.Write(ref _claim, await BeginAsync(connection, settings.Server, stop));

    public async Task TendAsync(ReadPipeline pipeline, CancellationToken stop)
    {
        if (settings.Server.Cluster is not null)
        {
            var claim = NodeClaim.Parse(await pipeline.CallAsync(NodeClaim.Question, stop));
            if (claim is null || claim != Interlocked.Exchange(ref _claim, claim))
            {
                invalidations.DropAll();
            }
        }
        else if (pipeline.IsIdle)
        {
            await pipeline.CallAsync(["PING"u8.ToArray()], stop);
        }
    }

    public void Lost() => invalidations.DropAll();

    /// <summary><c>invalidate</c> and a list of keys, or null where the database was emptied.</summary>
    public void Pushed(in RespReply message)
    {
        var rest = message.Content;
        if (message.Integer != 2 || !RespReader.TryRead(rest, out var kind, out var consumed) || !kind.Content.SequenceEqual("invalidate"u8)
            || !RespReader.TryRead(rest[consumed..], out var keys, out _))
        {
            return;
        }

        if (keys.IsNull)
        {
            invalidations.DropAll();
            return;
        }

        rest = keys.Content;
        for (var i = 0L; i < keys.Integer && RespReader.TryRead(rest, out var key, out consumed); i++)
        {
            Changed(key.Content);
            rest = rest[consumed..];
        }
    }

    /// <returns>The slots that a node of a cluster has; else null.</returns>
    /// <exception cref="ConfigException">The server cannot do it.</exception>
    /// <exception cref="RedisServerException">It refuses.</exception>
    public static async Task<NodeClaim?> BeginAsync(RedisConnection connection, RedisOptions server, CancellationToken stop)
    {
        if (connection.Server.Protocol < 3)
        {
            throw new ConfigException($"redis {server.Endpoint}: 'cacheTracking' needs a server that tells which keys change, which is Redis 6 or later, and a user who may say HELLO to it; this one{(connection.Server.Version is { } version ? $" (Redis {version})" : "")} is spoken to in the old protocol. Remove 'cacheTracking', and bound the age of cached rows with 'cacheTTLMs'");
        }

        await connection.CallAsync(stop, "CLIENT", "TRACKING", "ON");
        return server.Cluster is null ? null : NodeClaim.Parse(await connection.CallAsync(stop, "CLUSTER", "NODES"));
    }

    private void Changed(ReadOnlySpan<byte> key)
    {
        if (_dropsAll)
        {
            invalidations.DropAll();
        }
        else if (key.StartsWith(settings.KeyPrefix))
        {
            invalidations.Drop(key[settings.KeyPrefix.Length..]);
        }
    }
}
