using System.Collections.Concurrent;
using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Asks for the rows of a page as a lookup of its keys would.</summary>
internal sealed class KeyedPageRead(RedisLookupSettings settings, ReadPipeline server) : IPageRead
{
    /// <summary>What MGET does not find, it has expired since, or is of another type: no further round is needed to tell which.</summary>
    private readonly bool _hasOneRound = settings.Mode is StringLookup;

    /// <summary>A page may end while the next one begins.</summary>
    private readonly ConcurrentBag<LookupRead> _idle = [];

    public async Task ReadAsync(ScanPage page, CancellationToken stop)
    {
        var read = _idle.TryTake(out var idle) ? idle : settings.Mode.NewRead(settings);
        read.Start(page.Keys, page.Found);
        var more = read.NextRound();
        while (more)
        {
            await server.ReadAsync(read.Writer.Written, read.Commands, read, stop);
            if (read.Refusal is { } refusal)
            {
                throw new RedisServerException(server.Server.Endpoint, refusal, "the server refuses");
            }

            if (read.Redirected is [var (_, redirection), ..])
            {
                throw new RedisServerException(server.Server.Endpoint, redirection, "the server redirects");
            }

            if (read.Failure is { } failure)
            {
                throw failure;
            }

            more = !_hasOneRound && read.NextRound();
        }

        read.End();
        _idle.Add(read);
    }
}
