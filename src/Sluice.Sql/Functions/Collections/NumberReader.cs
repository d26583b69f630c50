using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Numbers of one type as others.</summary>
internal sealed record NumberReader(Func<Column, int, SqlDecimal> Decimal, Func<Column, int, double> Double)
{
    public static NumberReader For(SqlType type) => type.Storage switch
    {
        Storage.Int => new(
            (column, row) => new SqlDecimal(((ValueColumn<int>)column).Values[row], 0),
            (column, row) => ((ValueColumn<int>)column).Values[row]),
        Storage.Long => new(
            (column, row) => new SqlDecimal(((ValueColumn<long>)column).Values[row], 0),
            (column, row) => ((ValueColumn<long>)column).Values[row]),
        Storage.Decimal => new(
            (column, row) => ((ValueColumn<SqlDecimal>)column).Values[row],
            (column, row) => AsDouble(((ValueColumn<SqlDecimal>)column).Values[row])),
        Storage.Float => new(
            (column, row) => new SqlDecimal((Int128)((ValueColumn<float>)column).Values[row], 0),
            (column, row) => ((ValueColumn<float>)column).Values[row]),
        _ => new(
            (column, row) => new SqlDecimal((Int128)((ValueColumn<double>)column).Values[row], 0),
            (column, row) => ((ValueColumn<double>)column).Values[row]),
    };

    public static double AsDouble(SqlDecimal value) => (double)value.Unscaled / Math.Pow(10, value.Scale);
}
