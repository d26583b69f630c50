using Sluice.Engine.Errors;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>The connection of a store: made when it is first needed, and made again until the time is over. One use at a time.</summary>
/// <param name="borrowed">A connection that is open anyway and has nothing to do until the first writer is opened; null where there is none.</param>
/// <param name="isCluster">Whether a key may move to another node.</param>
/// <param name="patience">How long one use may take with all its attempts.</param>
internal sealed class StoreConnection(
    string server, Func<CancellationToken, Task<RedisConnection>> connect, Func<RedisConnection?> borrowed, bool isCluster, TimeSpan patience, TimeProvider clock) : IAsyncDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private RedisConnection? _own;
    private bool _borrows = true;

    /// <param name="use">May be called again after a failure that passes.</param>
    /// <exception cref="EndpointException">Not within the time.</exception>
    /// <exception cref="RefusedException">The server refuses for good.</exception>
    public async Task<T> UseAsync<T>(Func<RedisConnection, Task<T>> use, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            return await PatientlyAsync(use, stop);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The next use has a connection of its own, made anew.</summary>
    public async Task RenewAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            _borrows = false;
            await ForgetAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        _one.Dispose();
    }

    private async Task<T> PatientlyAsync<T>(Func<RedisConnection, Task<T>> use, CancellationToken stop)
    {
        var backoff = new Backoff(clock);
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if (_own is null && _borrows && borrowed() is { } other)
                {
                    return await use(other);
                }

                return await use(_own ??= await connect(stop));
            }
            catch (RedisConnectionException e)
            {
                _borrows = false;
                await ForgetAsync();
                if (clock.GetElapsedTime(started) >= patience)
                {
                    throw PipelineAccount.Explain(e);
                }
            }
            catch (RedisServerException e)
            {
                if (e.Error.Class != ErrorClass.Retry && !(isCluster && e.Error.Class == ErrorClass.Redirect))
                {
                    throw PipelineAccount.Explain(e);
                }

                // Another one may lead to who takes it.
                _borrows = false;
                await ForgetAsync();

                if (clock.GetElapsedTime(started) >= patience)
                {
                    throw new EndpointException(server, e.Error.Text + (isCluster ? "" : RedisErrors.AdviceOfReplica(e.Error.Text)), e);
                }
            }

            await backoff.WaitAsync(stop);
        }
    }

    private async ValueTask ForgetAsync()
    {
        if (_own is { } own)
        {
            _own = null;
            await own.DisposeAsync();
        }
    }
}
