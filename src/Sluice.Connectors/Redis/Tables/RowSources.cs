using Sluice.Engine.Rows;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>Where the rows of a block came from, for the dirty ones among them. The batch that knows is kept; of many small
/// batches only the words, since each of them would keep the room of a large one.</summary>
internal sealed class RowSources
{
    /// <summary>Batches filled to less than a part of this are small.</summary>
    private const int SmallPart = 8;

    private const int MostSmall = 4;

    private readonly List<Source> _sources = [];
    private int _small;

    public void Add(int firstRow, RowBatch batch, int batchRow, int count)
    {
        if (_sources is [.., var last] && ReferenceEquals(last.Batch, batch) && batchRow - last.BatchRow == firstRow - last.First)
        {
            return;
        }

        var isSmall = batch.Count < batch.Capacity / SmallPart;
        if (isSmall && _small >= MostSmall)
        {
            _sources.Add(new Source(firstRow, null, 0, [.. Enumerable.Range(batchRow, count).Select(batch.DescribeOrigin)]));
            return;
        }

        _small += isSmall ? 1 : 0;
        batch.Share(1);
        _sources.Add(new Source(firstRow, batch, batchRow, []));
    }

    public string Describe(int row)
    {
        var source = _sources.FindLast(s => s.First <= row);
        return source.Batch?.DescribeOrigin(source.BatchRow + row - source.First) ?? source.Words[row - source.First];
    }

    /// <summary>The rows from <paramref name="row"/> on are another block's first ones from now on.</summary>
    public void TakeRest(RowSources from, int row)
    {
        for (var i = Math.Max(0, from._sources.FindLastIndex(s => s.First <= row)); i < from._sources.Count; i++)
        {
            var (first, batch, batchRow, words) = from._sources[i];
            var cut = Math.Max(0, row - first);
            batch?.Share(1);
            _sources.Add(new Source(Math.Max(0, first - row), batch, batchRow + cut, batch is null ? words[cut..] : []));
        }
    }

    public void Clear()
    {
        foreach (var source in _sources)
        {
            source.Batch?.Dispose();
        }

        _sources.Clear();
        _small = 0;
    }

    private readonly record struct Source(int First, RowBatch? Batch, int BatchRow, string[] Words);
}
