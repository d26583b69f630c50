using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Rows;

/// <summary>Tells where the rows of a batch came from, for messages: <c>topic t, partition 3, offset 17</c>.</summary>
public interface IRowOrigins
{
    string Describe(int row);
}

/// <summary>Rows of one split or a few, column by column, and the positions after the last of them. It has exactly one owner at a
/// time; the last one disposes it, which hands it back to its pool. A batch may be derived from another one, whose bytes it then
/// shares and which it keeps until it is disposed itself.</summary>
public sealed class RowBatch : IDisposable
{
    private readonly RowBatchPool _pool;
    private readonly Column[] _own;
    private readonly List<SplitPosition> _ends = [];
    private RowBatch? _parent;
    private int[] _parentRows = [];
    private bool _parentRowsGiven;
    private int _owners;

    internal RowBatch(RowBatchPool pool, Schema schema, BatchSize size)
    {
        _pool = pool;
        Schema = schema;
        Capacity = size.Rows;
        ByteLimit = size.Bytes;
        Heap = new ByteHeap(Math.Min(size.Bytes, 64 * size.Rows * Math.Max(1, schema.Count) / 4 + 256));
        _own = [.. schema.Fields.Select(f => Column.Create(f.Sql, Heap, size.Rows))];
        Columns = [.. _own];
        Texts = [.. _own.OfType<TextColumn>()];
        Kinds = new RowKind[size.Rows];
    }

    public Schema Schema { get; }

    /// <summary>One for each field of the schema. A derived batch may put columns of its parent here.</summary>
    public Column[] Columns { get; }

    /// <summary>The same columns where all of them are texts, as in job scripts; else those that are.</summary>
    public TextColumn[] Texts { get; }

    public ByteHeap Heap { get; }

    /// <summary>Rows that a reader should stop at. A message of several rows may go beyond it, after <see cref="Grow"/>.</summary>
    public int Capacity { get; }

    public int ByteLimit { get; }

    /// <summary>Rows in the batch; the reader sets it. May be 0: then only its positions matter, and that time has passed.</summary>
    public int Count { get; set; }

    /// <summary>What each row does; meaningful where <see cref="HasKinds"/>. Else all are inserts.</summary>
    public RowKind[] Kinds { get; private set; }

    public bool HasKinds { get; set; }

    /// <summary>Where the rows came from; the engine sets it. <see cref="Split.None"/> in a batch of several splits.</summary>
    public Split Split { get; set; } = Split.None;

    /// <summary>The position after the last row.</summary>
    public Position End { get; set; }

    /// <summary>The last rows are not covered by <see cref="End"/>: those of the next batch belong to them. Matters where rows and position are
    /// written in one unit, which then goes on with that batch (S-27c).</summary>
    public bool IsOpen { get; set; }

    /// <summary>The positions where there are several: then <see cref="End"/> is not used, and <see cref="Split"/> only where it says that all
    /// rows are of that one, which <see cref="IsOpen"/> is about.</summary>
    public List<SplitPosition> Ends => _ends;

    /// <summary>Bytes of values as read, which throttling counts.</summary>
    public long ValueBytes { get; set; }

    /// <summary>Who knows the origin of each row, where the split alone does not tell.</summary>
    public IRowOrigins? Origins { get; set; }

    /// <summary>The sink sends all that it holds when it gets this batch, and its reader waits for the confirmation.</summary>
    public bool Drain { get; set; }

    public bool IsFull => Count >= Capacity || Heap.Used >= ByteLimit;

    /// <summary>Sets what a row does, from the first one that is no insert on.</summary>
    public void SetKind(int row, RowKind kind)
    {
        if (!HasKinds)
        {
            if (kind == RowKind.Insert)
            {
                return;
            }

            HasKinds = true;
            Kinds.AsSpan().Clear();
        }

        Kinds[row] = kind;
    }

    public RowKind KindOf(int row) => HasKinds ? Kinds[row] : RowKind.Insert;

    /// <summary>Makes room for so many rows in all columns.</summary>
    public void Grow(int rows)
    {
        foreach (var column in _own)
        {
            column.Grow(rows);
        }

        if (rows > Kinds.Length)
        {
            var kinds = Kinds;
            Array.Resize(ref kinds, Math.Max(rows, kinds.Length * 2));
            Kinds = kinds;
        }
    }

    /// <summary>Makes this batch one about the rows of another, which it owns from now on: positions, origins and (where all rows are
    /// taken over) row kinds follow it.</summary>
    /// <param name="rows">The parent's row of each row here; null: the same rows, and the same number.</param>
    public void Derive(RowBatch parent, ReadOnlySpan<int> rows, bool allRows)
    {
        _parent = parent;
        _parentRowsGiven = !allRows;
        Count = allRows ? parent.Count : rows.Length;
        Grow(Count);
        if (!allRows)
        {
            if (_parentRows.Length < rows.Length)
            {
                _parentRows = new int[Math.Max(rows.Length, Capacity)];
            }

            rows.CopyTo(_parentRows);
        }

        HasKinds = parent.HasKinds;
        if (HasKinds)
        {
            for (var row = 0; row < Count; row++)
            {
                Kinds[row] = parent.Kinds[allRows ? row : rows[row]];
            }
        }

        (Split, End, IsOpen, Drain, ValueBytes) = (parent.Split, parent.End, parent.IsOpen, parent.Drain, parent.ValueBytes);
        _ends.AddRange(parent._ends);
    }

    /// <summary>Where a row came from, for messages: what its reader says, else in SQL its number within the split.</summary>
    public string DescribeOrigin(int row) => _parent is not null
        ? _parent.DescribeOrigin(_parentRowsGiven ? _parentRows[row] : row)
        : Origins?.Describe(row) ?? (IsTyped && End.Ordinal >= Count ? $"{Split.Id}, row {End.Ordinal - Count + row + 1}" : Split.Id);

    private bool IsTyped => Schema.Count > 0 && Schema[0].Sql is not null;

    /// <summary>Reports every row of this batch as having its place in the books. Behind open ones stands no position yet.</summary>
    public void Confirm(Positions positions)
    {
        if (IsOpen)
        {
            return;
        }

        if (_ends.Count == 0)
        {
            if (!ReferenceEquals(Split, Split.None))
            {
                positions.Confirm(Split, End);
            }

            return;
        }

        foreach (var (split, position) in _ends)
        {
            positions.Confirm(split, position);
        }
    }

    /// <summary>One more owner: the batch goes back to its pool when all of them have disposed it.</summary>
    public void Share(int moreOwners) => Interlocked.Add(ref _owners, moreOwners);

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            _pool.Return(this);
        }
    }

    internal void Rented() => _owners = 1;

    internal void Clear()
    {
        Heap.Clear();
        for (var i = 0; i < _own.Length; i++)
        {
            _own[i].Clear();
            Columns[i] = _own[i];
        }

        Count = 0;
        ValueBytes = 0;
        HasKinds = false;
        Drain = false;
        IsOpen = false;
        Origins = null;
        Split = Split.None;
        End = default;
        _ends.Clear();
        _parent?.Dispose();
        _parent = null;
    }
}

/// <summary>The bounds of a batch: whichever is reached first ends it. A single larger value still fits.</summary>
public readonly record struct BatchSize(int Rows, int Bytes)
{
    public const int MaxRows = 4096;
    public const int MaxBytes = 1 << 20;

    public static BatchSize Of(int rows) => new(Math.Clamp(rows, 1, MaxRows), MaxBytes);
}
