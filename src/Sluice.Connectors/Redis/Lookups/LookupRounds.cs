using Sluice.Engine.Errors;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Asks a server for the rows of a batch, round by round, and throws what its replies make impossible.</summary>
internal sealed class LookupRounds(RedisLookupSettings settings)
{
    /// <exception cref="RedisConnectionException">The connection could not be made, or was lost.</exception>
    /// <exception cref="RedisServerException">The server refuses.</exception>
    /// <exception cref="DataException">A key of another type, or a text that is no value of its column.</exception>
    public async Task RunAsync(LookupRead read, ReadPipeline server, CancellationToken stop)
    {
        while (read.NextRound())
        {
            await server.ReadAsync(read.Writer.Written, read.Replies, read.Reader, stop);
            await CheckAsync(read, server, stop);
        }
    }

    /// <summary>What the engine is told: whether it passes, or not.</summary>
    public static Exception Explain(RedisServerException e) => e.Error.Class == ErrorClass.Retry
        ? new EndpointException($"redis {e.Endpoint}", $"the server cannot serve now: {e.Error.Text}", e)
        : PipelineAccount.Explain(e);

    private async ValueTask CheckAsync(LookupRead read, ReadPipeline server, CancellationToken stop)
    {
        if (read.Refusal is { } refusal)
        {
            throw new RedisServerException(server.Server.Endpoint, refusal, "the server refuses");
        }

        if (read.HasUnexpected)
        {
            throw new ProtocolException($"redis {server.Server.Endpoint}: a reply of a kind that {settings.Mode.Describe(settings)} does not have; is Redis there, and no proxy between?");
        }

        if (read.WrongTypeKey is { } key)
        {
            throw await WrongType.OfAsync(settings, server, key, read.WrongTypeIndex, stop);
        }

        if (read.Failure is { } failure)
        {
            throw failure;
        }
    }
}
