using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Writes a value to a place of a column of another type.</summary>
internal delegate void CellWrite(Column from, int row, Column to, int at);

/// <summary>How elements come into an array of a wider type, decided once for the types.</summary>
internal static class CellCopy
{
    public static CellWrite For(SqlType from, SqlType to)
    {
        if (from.Kind == TypeKind.Null)
        {
            return (_, _, column, at) => column.SetNull(at);
        }

        var isSame = from.Storage == to.Storage && (to.Storage != Storage.Decimal || from.Scale == to.Scale);
        return isSame ? Copy : Nullable(Convert(from, to));
    }

    private static void Copy(Column from, int row, Column to, int at) => to.CopyFrom(from, row, at);

    private static CellWrite Nullable(CellWrite write) => (from, row, to, at) =>
    {
        if (from.IsNull(row))
        {
            to.SetNull(at);
        }
        else
        {
            write(from, row, to, at);
        }
    };

    private static CellWrite Convert(SqlType from, SqlType to)
    {
        var read = NumberReader.For(from);
        return to.Storage switch
        {
            Storage.Long => (column, row, target, at) => ((ValueColumn<long>)target).Set(at, ((ValueColumn<int>)column).Values[row]),
            Storage.Float => (column, row, target, at) => ((ValueColumn<float>)target).Set(at, (float)read.Double(column, row)),
            Storage.Double => (column, row, target, at) => ((ValueColumn<double>)target).Set(at, read.Double(column, row)),
            Storage.Timestamp => (column, row, target, at) =>
                ((ValueColumn<Timestamp>)target).Set(at, new Timestamp(((ValueColumn<int>)column).Values[row] * Calendar.MillisPerDay)),
            _ => (column, row, target, at) => ((ValueColumn<SqlDecimal>)target).Set(at, DecimalScale.Rescale(read.Decimal(column, row), to.Scale)),
        };
    }
}
