using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Reads the fields and values of one hash, page by page. The next HSCAN goes out before the page at hand is looked at.</summary>
internal sealed class HashScanner(RedisLookupSettings settings, ReadPipeline server) : ITablePages
{
    private readonly ScanPage[] _pages = [new(), new()];
    private readonly PageSize _size = new();
    private readonly HashNameRead _values = new(settings);
    private readonly byte[]? _pattern = KeyPattern.Of(settings.KeyPrefix);
    private bool _isStarted;
    private int _turn;
    private ScanPage? _scanning;

    public async ValueTask<ScanPage?> NextAsync(CancellationToken stop)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _scanning = Scan("0"u8.ToArray(), stop);
        }

        if (_scanning is not { } page)
        {
            return null;
        }

        await page.Scanning;
        if (page.Reply.Refused is { } refused)
        {
            throw await RefusalAsync(refused, stop);
        }

        _scanning = page.Reply.IsLast ? null : Scan(page.Reply.Cursor, stop);
        Fill(page);
        _size.Learn(page.Keys.Count, page.Reply.Bytes);
        return page;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private ScanPage Scan(byte[] cursor, CancellationToken stop)
    {
        var page = _pages[_turn++ % _pages.Length];
        page.Clear();
        page.Command.Begin(5 + (_pattern is null ? 0 : 2));
        page.Command.Bulk("HSCAN"u8);
        page.Command.Bulk(settings.HashName);
        page.Command.Bulk(cursor);
        page.Command.Bulk("COUNT"u8);
        page.Command.Bulk(_size.Keys);
        if (_pattern is not null)
        {
            page.Command.Bulk("MATCH"u8);
            page.Command.Bulk(_pattern);
        }

        page.Scanning = server.ReadAsync(page.Command.Written, 1, page.Reply, stop);
        return page;
    }

    private async Task<Exception> RefusalAsync(ServerError refused, CancellationToken stop)
    {
        if (refused.Class != ErrorClass.WrongType)
        {
            return new RedisServerException(server.Server.Endpoint, refused, "HSCAN");
        }

        return await WrongType.OfAsync(settings, server, settings.HashName!, null, stop);
    }

    private void Fill(ScanPage page)
    {
        for (var items = page.Reply.Items; !items.IsEmpty; ScanReply.Next(ref items))
        {
            page.Keys.Add(ScanReply.Next(ref items)[settings.KeyPrefix.Length..]);
        }

        _values.Start(page.Keys, page.Found);
        var key = 0;
        for (var items = page.Reply.Items; !items.IsEmpty;)
        {
            ScanReply.Next(ref items);
            _values.Take(key++, ScanReply.Next(ref items));
        }

        if (_values.Failure is { } failure)
        {
            throw failure;
        }
    }
}
