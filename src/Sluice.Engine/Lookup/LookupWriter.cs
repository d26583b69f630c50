using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>A join at work in one task.</summary>
internal sealed class LookupWriter(LookupShape shape, ILookupReader reader, RowBatchPool pool, ISinkWriter next) : ISinkWriter
{
    private readonly KeyBatch _keys = new();
    private readonly FoundRows _found = new();
    private readonly ByteHeap _pair = new(256);
    private readonly Dictionary<Utf8, int> _known = [];
    private int[] _keyOf = [];
    private int[] _rows = [];

    public async ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        Collect(rows);
        _found.Reset(_keys.Count);
        if (_keys.Count > 0)
        {
            await reader.ReadAsync(_keys, _found, stop);
        }

        await next.WriteAsync(Join(rows), stop);
    }

    public ValueTask FlushAsync(CancellationToken stop) => next.FlushAsync(stop);

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await next.DisposeAsync();
    }

    private void Collect(RowBatch rows)
    {
        _keys.Clear();
        _known.Clear();
        _pair.Clear();
        _keyOf = _keyOf.Length < rows.Count ? new int[rows.Count] : _keyOf;
        for (var row = 0; row < rows.Count; row++)
        {
            _keyOf[row] = -1;
            if (KeyOf(rows, row) is not { } key)
            {
                continue;
            }

            if (!_known.TryGetValue(key, out var index))
            {
                index = _keys.Add(key.Span);
                _known.Add(key, index);
            }

            _keyOf[row] = index;
        }
    }

    private Utf8? KeyOf(RowBatch rows, int row)
    {
        var first = (TextColumn)rows.Columns[shape.Keys[0]];
        if (first.IsNull(row))
        {
            return null;
        }

        if (shape.Keys.Count == 1)
        {
            return first.At(row);
        }

        var second = (TextColumn)rows.Columns[shape.Keys[1]];
        if (second.IsNull(row))
        {
            return null;
        }

        var start = _pair.Used;
        KeyBatch.Pair(first[row], second[row], _pair);
        return new Utf8(_pair.Bytes, start, _pair.Used - start);
    }

    private RowBatch Join(RowBatch rows)
    {
        _rows = _rows.Length < rows.Count ? new int[rows.Count] : _rows;
        var count = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            if (shape.KeepMissing || (_keyOf[row] >= 0 && _found.Has(_keyOf[row])))
            {
                _rows[count++] = row;
            }
        }

        var kept = _rows.AsSpan(0, count);
        var output = pool.Rent();
        output.Derive(rows, kept, allRows: false);
        for (var i = 0; i < shape.InputColumns; i++)
        {
            output.Columns[i].Gather(rows.Columns[i], kept);
        }

        var records = new Column?[shape.Layout.Schema.Count];
        for (var i = 0; i < shape.Columns.Count; i++)
        {
            if (shape.Columns[i].Record >= 0)
            {
                records[shape.Columns[i].Record] = output.Columns[shape.InputColumns + i];
            }
        }

        for (var i = 0; i < count; i++)
        {
            Put(rows, _rows[i], output, i, records);
        }

        return output;
    }

    private void Put(RowBatch rows, int from, RowBatch output, int to, Column?[] records)
    {
        var key = _keyOf[from];
        var matches = key >= 0 && _found.Has(key);
        for (var i = 0; i < shape.Columns.Count; i++)
        {
            var column = output.Columns[shape.InputColumns + i];
            if (!matches)
            {
                column.SetNull(to);
            }
            else if (shape.Columns[i].Input >= 0)
            {
                column.CopyFrom(rows.Columns[shape.Columns[i].Input], from, to);
            }
        }

        if (matches)
        {
            shape.Layout.CopyTo(_found[key], records, to);
        }
    }
}
