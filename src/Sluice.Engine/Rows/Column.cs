using Sluice.Engine.Types;

namespace Sluice.Engine.Rows;

/// <summary>The values of one column of a batch. The kind of column follows from the type (<see cref="SqlType.Storage"/>), so that
/// code which knows the type casts once per column and then works on arrays. Rows are written at any index below
/// <see cref="Capacity"/>; setting a value clears its null.</summary>
public abstract class Column
{
    /// <summary>Rows that the arrays have room for.</summary>
    public abstract int Capacity { get; }

    public abstract bool IsNull(int row);

    public abstract void SetNull(int row);

    /// <summary>Makes room for so many rows; what is there stays.</summary>
    public abstract void Grow(int rows);

    /// <summary>Copies a value (deep, where it stands in another heap) of a column of the same storage.</summary>
    public abstract void CopyFrom(Column source, int sourceRow, int row);

    /// <summary>Takes over the given rows of a column of the same storage, in that order, as rows 0, 1, ...; bytes are shared, not
    /// copied: valid as long as the batch of the source.</summary>
    public abstract void Gather(Column source, ReadOnlySpan<int> rows);

    /// <summary>Forgets nested values. Text bytes are the heap's to forget.</summary>
    public virtual void Clear()
    {
    }

    /// <param name="type">Null: a text as its source prints it.</param>
    /// <param name="heap">Where the bytes of texts go, nested ones too.</param>
    public static Column Create(SqlType? type, ByteHeap heap, int capacity) => type?.Storage switch
    {
        null or Storage.Text => new TextColumn(heap, capacity),
        Storage.Boolean => new ValueColumn<bool>(capacity),
        Storage.Int => new ValueColumn<int>(capacity),
        Storage.Long => new ValueColumn<long>(capacity),
        Storage.Float => new ValueColumn<float>(capacity),
        Storage.Double => new ValueColumn<double>(capacity),
        Storage.Decimal => new ValueColumn<SqlDecimal>(capacity),
        Storage.Timestamp => new ValueColumn<Timestamp>(capacity),
        Storage.Array => new ArrayColumn(Create(type.Element, heap, capacity), capacity),
        Storage.Map => new MapColumn(Create(type.Key ?? type.Element, heap, capacity), Create(type.Key is null ? SqlType.Int : type.Element, heap, capacity), capacity),
        Storage.Row => new RowColumn([.. type.Fields.Select(f => Create(f.Type, heap, capacity))], capacity),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
