using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions;

namespace Sluice.Sql.Expressions.Compiling;

/// <summary>What the compiled loops of one task keep between rows and batches: nothing of it is shared between tasks.</summary>
internal sealed class EvaluationState
{
    private readonly ByteHeap _scratch = new(256);
    private readonly List<Column> _columns = [];

    public EvaluationState(FunctionContext context, IReadOnlyList<Func<EvaluationState, object>> items)
    {
        Context = context;
        Heap = _scratch;
        Items = [.. items.Select(make => make(this))];
    }

    /// <summary>Objects that the places of call keep, and constants.</summary>
    public object[] Items { get; }

    public FunctionContext Context { get; }

    /// <summary>Where texts that are made go: that of the batch which comes out.</summary>
    public ByteHeap Heap { get; private set; }

    /// <summary>The row of the input that is worked on, for errors.</summary>
    public int Row { get; set; }

    /// <summary>A column of a place of call for nested values; forgotten with the batch.</summary>
    public Column Scratch(SqlType type)
    {
        var column = Column.Create(type, _scratch, 1);
        _columns.Add(column);
        return column;
    }

    /// <summary>A new batch begins.</summary>
    /// <param name="heap">Null: texts that are made are needed within the batch's loops only.</param>
    public void Begin(ByteHeap? heap)
    {
        Heap = heap ?? _scratch;
        _scratch.Clear();
        foreach (var column in _columns)
        {
            column.Clear();
        }
    }
}
