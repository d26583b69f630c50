using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Takes the value of a field as the row of a key.</summary>
internal delegate void FieldValue(KeyBatch keys, int key, ReadOnlySpan<byte> value, FoundRows found);

/// <summary>Reads the fields and values of one hash, page by page. The next HSCAN goes out before the page at hand is looked at.</summary>
/// <param name="name">The hash's key.</param>
/// <param name="prefix">What stands before each field, delimiter included.</param>
internal sealed class HashScanner(ReadPipeline server, byte[] name, byte[] prefix, FieldValue take) : ITablePages
{
    private readonly ScanPage[] _pages = [new(), new()];
    private readonly PageSize _size = new();
    private readonly byte[]? _pattern = KeyPattern.Of(prefix);
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

    private ScanPage Scan(byte[] cursor, CancellationToken stop)
    {
        var page = _pages[_turn++ % _pages.Length];
        page.Clear();
        page.Command.Begin(5 + (_pattern is null ? 0 : 2));
        page.Command.Bulk("HSCAN"u8);
        page.Command.Bulk(name);
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

    private async Task<DataException> RefusalAsync(ServerError refused, CancellationToken stop)
    {
        var who = $"redis {server.Server.Endpoint}";
        if (refused.Class != ErrorClass.WrongType)
        {
            return new DataException($"{who}: HSCAN: {refused.Text}");
        }

        var type = await server.CallAsync(["TYPE"u8.ToArray(), name], stop);
        return new DataException($"{who}: key '{Encoding.UTF8.GetString(name)}' is a {type}, and 'hashName' names a hash; name another key, or remove that one");
    }

    private void Fill(ScanPage page)
    {
        for (var items = page.Reply.Items; !items.IsEmpty; ScanReply.Next(ref items))
        {
            page.Keys.Add(ScanReply.Next(ref items)[prefix.Length..]);
        }

        page.Found.Reset(page.Keys.Count);
        var key = 0;
        for (var items = page.Reply.Items; !items.IsEmpty;)
        {
            ScanReply.Next(ref items);
            take(page.Keys, key++, ScanReply.Next(ref items), page.Found);
        }
    }
}
