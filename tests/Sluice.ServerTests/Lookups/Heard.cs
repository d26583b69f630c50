using System.Collections.Concurrent;
using System.Text;
using Sluice.Engine.Connectors;

namespace Sluice.ServerTests.Lookups;

/// <summary>Notes what it is told: keys, and <c>(all)</c>.</summary>
internal sealed class Heard : IInvalidations
{
    private readonly ConcurrentQueue<string> _told = [];

    public int Count => _told.Count;

    public string[] All => [.. _told];

    public void Drop(ReadOnlySpan<byte> key) => _told.Enqueue(Encoding.UTF8.GetString(key));

    public void DropAll() => _told.Enqueue("(all)");

    /// <summary>Waits for what is told after the first so many.</summary>
    public async Task<string> NextAsync(int after)
    {
        for (var waited = 0; _told.Count <= after; waited++)
        {
            Assert.True(waited < 3000, "nothing was told within 30 s");
            await Task.Delay(10);
        }

        return _told.ElementAt(after);
    }
}
