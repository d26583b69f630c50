using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Collections;

/// <summary>How one place of call compares and copies elements: found at the first row, from the types.</summary>
internal sealed class ElementState
{
    private CellCompare? _compare;
    private CellWrite?[] _writes = [];

    /// <summary>Equality of an element of the array that is the first argument with a value of a type.</summary>
    public bool Equal(SqlType[] types, SqlType other, Column x, int i, Column y, int j)
    {
        _compare ??= CellOrder.Nullable(CellOrder.For(types[0].Element!, other));
        return _compare(x, i, y, j) == 0;
    }

    /// <summary>Writes a value of the argument of that number into the result.</summary>
    public void Write(SqlType[] types, int argument, Column from, int row, Column to, int at)
    {
        if (_writes.Length < types.Length)
        {
            _writes = new CellWrite?[types.Length];
        }

        var write = _writes[argument] ??= CellCopy.For(types[argument].Kind == TypeKind.Array ? types[argument].Element! : types[argument], types[^1].Element!);
        write(from, row, to, at);
    }

    /// <summary>Writes a value that is meant as one element, also where it is an array itself.</summary>
    public void WriteElement(SqlType[] types, int argument, Cell value, Column to, int at)
    {
        if (_writes.Length < types.Length)
        {
            _writes = new CellWrite?[types.Length];
        }

        var write = _writes[argument] ??= CellCopy.For(types[argument], types[^1].Element!);
        write(value.Column, value.Row, to, at);
    }
}
