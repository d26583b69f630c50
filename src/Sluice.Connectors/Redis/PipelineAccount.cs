using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Connectors.Redis;

/// <summary>Brings a pipeline's counters into the books of a task, and makes its exceptions the engine's.</summary>
internal sealed class PipelineAccount(ICommandPipeline pipeline, TaskContext task)
{
    private long _bytes, _resent, _reconnects;

    /// <summary>Does something with the pipeline, and counts what it has sent by then, however that ends.</summary>
    /// <exception cref="EndpointException">The server was lost, or a position is not ours any more.</exception>
    /// <exception cref="RefusedException">The server refuses.</exception>
    public async ValueTask RunAsync(Func<ValueTask> part)
    {
        try
        {
            await part();
        }
        catch (RedisConnectionException e)
        {
            // In a cluster a replica leads to its master.
            throw Explain(e, pipeline is CommandPipeline or GuardedPipeline ? RedisErrors.AdviceOfReplica(e.Message) : "");
        }
        catch (RedisServerException e)
        {
            throw Explain(e);
        }
        catch (GuardException e)
        {
            throw Explain(e);
        }
        finally
        {
            Count();
        }
    }

    private void Count()
    {
        task.Books.AddBytesOut(pipeline.BytesSent - _bytes);
        task.Books.AddRetries(pipeline.Resent - _resent);
        for (; _reconnects < pipeline.Reconnects; _reconnects++)
        {
            task.Books.AddReconnect();
        }

        (_bytes, _resent) = (pipeline.BytesSent, pipeline.Resent);
        if (_bytes > 0)
        {
            // A task that has sent nothing has nothing to say of it.
            task.Metrics.Set("currentSendTime", Math.Round(pipeline.LastBlockTime.TotalMilliseconds, 1));
        }
    }

    public static EndpointException Explain(RedisConnectionException e, string advice = "") =>
        new($"redis {e.Endpoint}", e.Message[(e.Endpoint.Length + 2)..] + (RedisErrors.Explain(e.Doubt) is { } doubt ? $"; {doubt}" : "") + advice, e);

    /// <summary>What a server would answer to every further command as well.</summary>
    public static RefusedException Refuse(RedisOptions server, ServerError error) => Explain(new RedisServerException(server.Endpoint, error, "the server refuses"));

    public static RefusedException Explain(RedisServerException e) =>
        new($"redis {e.Endpoint}", RedisErrors.Explain(e), e);

    /// <summary>A guard of ours is not where we left it (S-27c): behind, or moved by somebody else.</summary>
    public static EndpointException Explain(GuardException e)
    {
        if (e.IsForeign)
        {
            return new EndpointException($"redis {e.Endpoint}", $"the key '{e.Key}' is where positions of this job are kept, and holds something else", e);
        }

        var ours = Position.TryParse(e.Ours ?? "", out var left) ? left : (Position?)null;
        var found = Position.TryParse(e.Found ?? "", out var now) ? now : (Position?)null;
        var isBehind = ours is not null && (found is null || found.Value.Ordinal < ours.Value.Ordinal);
        return isBehind
            ? new EndpointException($"redis {e.Endpoint}", $"the server has lost writes that it had acknowledged: '{e.Key}' {(found is null ? "is gone" : $"is at {found}")}, and was at {ours}; start the job again, which continues exactly where the server's data ends", e)
            : new EndpointException($"redis {e.Endpoint}", $"another process works on the same part of this job: '{e.Key}' is not ours any more; nothing needs to be done, the other one goes on with what this one had not written yet", e) { IsTakenOver = true };
    }

    /// <summary>What the user reads when sentinels name another master.</summary>
    public static string Switched(string before, string now) =>
        $"redis {now}: it is the master now, instead of {before}; what {before} acknowledged in the seconds before may be lost";

    /// <summary>Likewise where nothing was written since.</summary>
    public static string SwitchedAtEnd(string before, string now) =>
        $"the master was switched from {before} to {now} at the end of the job; rows that {before} acknowledged since then are lost, and some before may be; run the job again from its beginning (its stored positions are removed)";

    /// <summary>What the user reads while the server is away.</summary>
    public static string Waiting(string endpoint, TimeSpan waited, TimeSpan most, string why) =>
        $"redis {endpoint}: waiting for {waited.TotalSeconds:F0} s now, for up to {most.TotalSeconds:0.###} s ({why})";
}
