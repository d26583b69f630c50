using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Reads all keys that begin with the table's prefix, and their rows, page by page: SCAN for the page after the next goes out
/// ahead of the reads of the next, so that Redis has something to do while a page is looked at. One caller at a time.</summary>
/// <param name="type">The type of the keys that SCAN is to give (of a server since version 6); null gives those of all types.</param>
internal sealed class RedisScanner(RedisLookupSettings settings, ReadPipeline server, IPageRead read, byte[]? type) : ITablePages
{
    private readonly ScanPage[] _pages = [new(), new(), new()];
    private readonly PageSize _size = new();
    private readonly byte[]? _pattern = KeyPattern.Of(settings.KeyPrefix);
    private bool _isStarted;
    private int _turn;
    private ScanPage? _scanning;
    private ScanPage? _reading;

    public async ValueTask<ScanPage?> NextAsync(CancellationToken stop)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _scanning = Scan("0"u8.ToArray(), stop);
        }

        while (_scanning is not null || _reading is not null)
        {
            var page = _reading;
            _reading = null;
            if (_scanning is { } scanned)
            {
                await scanned.Scanning;
                ThrowIfRefused(scanned);
                _scanning = scanned.Reply.IsLast ? null : Scan(scanned.Reply.Cursor, stop);
                _reading = scanned;
                Read(scanned, stop);
            }

            if (page is not null)
            {
                await page.Reading;
                _size.Learn(page.Keys.Count, page.Keys.Bytes + page.Found.Heap.Used);
                return page;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private ScanPage Scan(byte[] cursor, CancellationToken stop)
    {
        var page = _pages[_turn++ % _pages.Length];
        page.Clear();
        page.Command.Begin(4 + (_pattern is null ? 0 : 2) + (type is null ? 0 : 2));
        page.Command.Bulk("SCAN"u8);
        page.Command.Bulk(cursor);
        page.Command.Bulk("COUNT"u8);
        page.Command.Bulk(_size.Keys);
        if (_pattern is not null)
        {
            page.Command.Bulk("MATCH"u8);
            page.Command.Bulk(_pattern);
        }

        if (type is not null)
        {
            page.Command.Bulk("TYPE"u8);
            page.Command.Bulk(type);
        }

        page.Scanning = server.ReadAsync(page.Command.Written, 1, page.Reply, stop);
        return page;
    }

    private void ThrowIfRefused(ScanPage page)
    {
        if (page.Reply.Refused is { } refused)
        {
            throw new RedisServerException(server.Server.Endpoint, refused, "SCAN");
        }
    }

    private void Read(ScanPage page, CancellationToken stop)
    {
        for (var items = page.Reply.Items; !items.IsEmpty;)
        {
            page.Keys.Add(ScanReply.Next(ref items)[settings.KeyPrefix.Length..]);
        }

        if (page.Keys.Count > 0)
        {
            page.Reading = read.ReadAsync(page, stop);
        }
    }
}
