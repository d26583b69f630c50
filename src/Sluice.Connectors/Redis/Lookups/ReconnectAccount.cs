using Sluice.Engine.Execution;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Brings the new connections of reads that are under way side by side into the books, each once.</summary>
internal sealed class ReconnectAccount(Books books, Func<int> reconnects)
{
    private int _counted;

    public void Count()
    {
        for (var now = reconnects(); Volatile.Read(ref _counted) is var counted && counted < now;)
        {
            if (Interlocked.CompareExchange(ref _counted, counted + 1, counted) == counted)
            {
                books.AddReconnect();
            }
        }
    }
}
