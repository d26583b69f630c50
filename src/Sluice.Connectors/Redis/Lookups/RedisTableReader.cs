using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Makes batches of the pages of a table.</summary>
internal sealed class RedisTableReader(RedisLookupSettings settings, SourceColumns columns, TablePages pages, ReaderContext context) : ISplitReader
{
    private const int ShownBytes = 100;

    private readonly SeenKeys _seen = new();
    private readonly Column?[] _records = new Column?[columns.Records.Length];
    private ScanPage? _page;
    private int _next;
    private long _rows;

    public async ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        while (_page is null || _next == _page.Rows.Count)
        {
            (_page, _next) = (await pages.NextAsync(stop), 0);
            if (_page is null)
            {
                return null;
            }
        }

        var batch = context.Pool.Rent();
        try
        {
            Fill(batch, _page);
        }
        catch
        {
            batch.Dispose();
            throw;
        }

        _rows += batch.Count;
        batch.End = new Position(_rows);
        return batch;
    }

    public ValueTask DisposeAsync() => pages.DisposeAsync();

    private void Fill(RowBatch batch, ScanPage page)
    {
        for (var i = 0; i < columns.Records.Length; i++)
        {
            _records[i] = batch.Columns[columns.Records[i]];
        }

        var skipped = 0;
        for (; _next < page.Rows.Count && !batch.IsFull; _next++)
        {
            var key = page.Rows[_next];
            if (!page.Found.Has(_next) || !_seen.Add(key))
            {
                continue;
            }

            if (!PutKey(batch, key))
            {
                skipped++;
                continue;
            }

            var record = page.Found[_next];
            settings.Columns.Layout.CopyTo(record, _records, batch.Count);
            batch.Count++;
            batch.ValueBytes += key.Length + record.Length;
        }

        context.Books.AddRead(skipped, 0);
        context.Books.AddSkipped(skipped);
    }

    /// <returns>False where the key is no value of its column, and may be left out.</returns>
    private bool PutKey(RowBatch batch, ReadOnlySpan<byte> key)
    {
        foreach (var column in columns.Keys)
        {
            var text = PartOf(key, column.Part);
            if (!column.TryPut(text, batch.Columns, batch.Count))
            {
                return settings.IgnoresParseErrors ? false : throw NoKey(key, text, column);
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> PartOf(ReadOnlySpan<byte> key, int part)
    {
        if (settings.Mode.KeyColumns == 1)
        {
            return key;
        }

        KeyBatch.Part(key, out var first, out var second);
        return part == 0 ? first : second;
    }

    private DataException NoKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, KeyColumn column)
    {
        var where = column.Part == 0 ? "" : $" of key '{Shown([.. settings.KeyPrefix, .. PartOf(key, 0)])}'";
        var what = column.Part > 0 ? "member" : settings.HashName is null ? "key" : "field";
        var shown = column.Part == 0 ? Shown([.. settings.KeyPrefix, .. text]) : Shown(text);
        var why = column.Spelling is { } spelling
            ? $"is not how the {column.Type.Nullable()} of column '{column.Name}' is looked up, which is '{(column.Part == 0 ? Shown(settings.KeyPrefix) : "")}{spelling}'"
            : $"gives no {column.Type.Nullable()} for column '{column.Name}'";
        var advice = settings.KeyPrefix.Length == 0 && settings.HashName is null ? "name the table's own keys with 'key-prefix'"
            : column.Spelling is null ? "remove it from Redis" : "rename it in Redis, or declare the column STRING";
        return new DataException($"table '{settings.Columns.Table.Name}': {what} '{shown}'{where} {why}; {advice}, or leave out what is none with 'lookup.ignore-parse-errors' = 'true'");
    }

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownBytes)]);
}
