using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis;

/// <summary>Brings a pipeline's counters into the books, and makes its exceptions the engine's.</summary>
internal sealed class PipelineAccount(CommandPipeline pipeline, Books books)
{
    private long _bytes, _resent, _reconnects;

    public void Count()
    {
        books.AddBytesOut(pipeline.BytesSent - _bytes);
        books.AddRetries(pipeline.Resent - _resent);
        for (; _reconnects < pipeline.Reconnects; _reconnects++)
        {
            books.AddReconnect();
        }

        (_bytes, _resent) = (pipeline.BytesSent, pipeline.Resent);
    }

    public static EndpointException Explain(RedisConnectionException e) =>
        new($"redis {e.Endpoint}", e.Message[(e.Endpoint.Length + 2)..] + (RedisErrors.Explain(e.Doubt) is { } doubt ? $"; {doubt}" : ""), e);

    public static RefusedException Explain(RedisServerException e) =>
        new($"redis {e.Endpoint}", RedisErrors.Explain(e), e);

    /// <summary>What the user reads while the server is away.</summary>
    public static string Waiting(string endpoint, TimeSpan waited, TimeSpan most, string why) =>
        $"redis {endpoint}: waiting for {waited.TotalSeconds:F0} s now, for up to {most.TotalSeconds:0.###} s ({why})";
}
