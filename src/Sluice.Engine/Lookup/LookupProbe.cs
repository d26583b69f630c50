using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>Asks the caches for the keys of a batch: what they know is put together at once, and of the rest each key is noted once.</summary>
internal sealed class LookupProbe(LookupShape shape, LookupTable table)
{
    /// <summary>So many rows are made ready together.</summary>
    private const int AheadRows = 32;

    /// <summary>What is no larger stays in the processor's caches.</summary>
    private const long NearBytes = 1 << 20;

    private readonly DistinctKeys _distinct = new();
    private readonly ByteHeap _pair = new(256);

    /// <summary>For each field of a record the column that takes it, or null.</summary>
    private readonly Column?[] _fields = new Column?[shape.Layout.Schema.Count];

    /// <summary>Of no use but that reads are not left out.</summary>
    private int _seen;

    /// <summary>Fills the answers of a batch just begun.</summary>
    public void Run(HeldBatch held)
    {
        held.Output!.Grow(held.Input.Count);
        Aim(held.Output);
        _distinct.Clear();
        var nulls = shape.Keys.Count == 1 ? RunSingles(held) : RunPairs(held);

        // Where all is kept, what it does not have is known as well: an answer of the cache, and yet no hit.
        var hits = table.Settings.Cache == CacheMode.All ? held.Found : held.Input.Count - held.Waiting - nulls;
        table.Metrics.Probed(hits, held.Input.Count - nulls - hits, table.CachedRows);
    }

    /// <summary>Takes what the read has found.</summary>
    public void Complete(HeldBatch held)
    {
        held.Output!.Grow(held.Input.Count);
        Aim(held.Output);
        var answers = held.Answers;
        for (var row = 0; row < held.Input.Count; row++)
        {
            if (answers[row] < 0)
            {
                continue;
            }

            if (held.Rows.Has(answers[row]))
            {
                shape.Layout.CopyTo(held.Rows[answers[row]], _fields, row);
                answers[row] = HeldBatch.Matched;
                held.Found++;
            }
            else
            {
                answers[row] = HeldBatch.NoRow;
                held.Unmatched++;
            }
        }

        held.Waiting = 0;
    }

    private void Aim(RowBatch output)
    {
        for (var i = 0; i < shape.Columns.Count; i++)
        {
            if (shape.Columns[i].Record is >= 0 and var field)
            {
                _fields[field] = output.Columns[shape.InputColumns + i];
            }
        }
    }

    /// <returns>Rows whose key is null.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunSingles(HeldBatch held)
    {
        var keys = (TextColumn)held.Input.Columns[shape.Keys[0]];
        var (lru, snapshot) = (table.Lru, table.Snapshot);
        var now = lru?.Now() ?? 0;
        var nulls = 0;
        Span<int> hashes = stackalloc int[AheadRows];
        for (var start = 0; start < held.Input.Count; start += AheadRows)
        {
            var end = Math.Min(start + AheadRows, held.Input.Count);
            for (var row = start; row < end; row++)
            {
                hashes[row - start] = LruCache.Hash(keys[row]);
            }

            Touch(hashes[..(end - start)], lru, snapshot);
            for (var row = start; row < end; row++)
            {
                if (keys.IsNull(row))
                {
                    nulls++;
                    Miss(held, row);
                    continue;
                }

                Ask(held, row, keys[row], hashes[row - start], lru, snapshot, now);
            }
        }

        return nulls;
    }

    /// <summary>Has the processor fetch what the cache will look at: none of these reads waits for another one, as those of the lookups
    /// themselves do.</summary>
    private void Touch(ReadOnlySpan<int> hashes, LruCache? lru, Snapshot? snapshot)
    {
        var seen = 0;
        if (lru is { Bytes: > NearBytes })
        {
            foreach (var hash in hashes)
            {
                seen += lru.Peek(hash);
            }
        }
        else if (snapshot is { Bytes: > NearBytes })
        {
            foreach (var hash in hashes)
            {
                seen += snapshot.Peek(hash);
            }
        }

        _seen = seen;
    }

    private int RunPairs(HeldBatch held)
    {
        var first = (TextColumn)held.Input.Columns[shape.Keys[0]];
        var second = (TextColumn)held.Input.Columns[shape.Keys[1]];
        var (lru, snapshot) = (table.Lru, table.Snapshot);
        var now = lru?.Now() ?? 0;
        var nulls = 0;
        for (var row = 0; row < held.Input.Count; row++)
        {
            if (first.IsNull(row) || second.IsNull(row))
            {
                nulls++;
                Miss(held, row);
                continue;
            }

            _pair.Clear();
            KeyBatch.Pair(first[row], second[row], _pair);
            var pair = _pair.Bytes.AsSpan(0, _pair.Used);
            Ask(held, row, pair, LruCache.Hash(pair), lru, snapshot, now);
        }

        return nulls;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ask(HeldBatch held, int row, ReadOnlySpan<byte> key, int hash, LruCache? lru, Snapshot? snapshot, long now)
    {
        CachedRow cached;
        if (snapshot is not null)
        {
            if (!snapshot.TryGet(key, hash, out cached))
            {
                Miss(held, row);
                return;
            }
        }
        else if (lru is null || !lru.TryGet(key, hash, now, out cached))
        {
            held.Answers[row] = _distinct.Add(held.Keys, ref held.Hashes, key, hash);
            held.Waiting++;
            return;
        }

        if (!cached.HasRow)
        {
            Miss(held, row);
            return;
        }

        shape.Layout.CopyTo(cached.Record, _fields, row);
        held.Answers[row] = HeldBatch.Matched;
        held.Found++;
    }

    private static void Miss(HeldBatch held, int row)
    {
        held.Answers[row] = HeldBatch.NoRow;
        held.Unmatched++;
    }
}
