using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions.Arithmetic;
using Sluice.Sql.Functions.Collections;
using static Sluice.Sql.Functions.Family;

namespace Sluice.Sql.Functions;

/// <summary>GREATEST, LEAST and TYPEOF.</summary>
internal static class OrderFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("GREATEST",
        [
            Of(Family.Boolean, Greatest<bool>), Of(Int, Greatest<int>), Of(BigInt, Greatest<long>), Of(Family.Decimal, GreatestDecimal),
            Of(Float, Greatest<float>), Of(Family.Double, Greatest<double>), Of(Character, Greatest<Utf8>), Of(Binary, Greatest<Utf8>),
            Of(Family.Date, Greatest<int>), Of(Family.Time, Greatest<int>), Of(Family.Timestamp, Greatest<Timestamp>), Of(Family.TimestampLtz, Greatest<Timestamp>),
        ]),
        new("LEAST",
        [
            Of(Family.Boolean, Least<bool>), Of(Int, Least<int>), Of(BigInt, Least<long>), Of(Family.Decimal, LeastDecimal),
            Of(Float, Least<float>), Of(Family.Double, Least<double>), Of(Character, Least<Utf8>), Of(Binary, Least<Utf8>),
            Of(Family.Date, Least<int>), Of(Family.Time, Least<int>), Of(Family.Timestamp, Least<Timestamp>), Of(Family.TimestampLtz, Least<Timestamp>),
        ]),
        new("TYPEOF", [new([Any], Returning.Text, TypeOf), new([Any, Family.Boolean], Returning.Text, SerializableTypeOf)]),
    ];

    public static T Greatest<T>(T first, T[] values)
        where T : IComparable<T>
    {
        var best = first;
        foreach (var value in values)
        {
            best = value.CompareTo(best) > 0 ? value : best;
        }

        return best;
    }

    public static T Least<T>(T first, T[] values)
        where T : IComparable<T>
    {
        var best = first;
        foreach (var value in values)
        {
            best = value.CompareTo(best) < 0 ? value : best;
        }

        return best;
    }

    public static SqlDecimal GreatestDecimal(SqlDecimal first, SqlDecimal[] values, SqlType[] types) => BestDecimal(first, values, 1, types);

    public static SqlDecimal LeastDecimal(SqlDecimal first, SqlDecimal[] values, SqlType[] types) => BestDecimal(first, values, -1, types);

    /// <summary>The type of an expression as DDL writes it, whatever its value.</summary>
    public static Utf8 TypeOf(Cell? value, SqlType[] types, TypeNameState state) => state.Name ??= Utf8.Of(types[0].ToString());

    public static Utf8 SerializableTypeOf(Cell? value, bool serializable, SqlType[] types, TypeNameState state) => TypeOf(value, types, state);

    private static SqlDecimal BestDecimal(SqlDecimal first, SqlDecimal[] values, int sign, SqlType[] types)
    {
        var best = first;
        foreach (var value in values)
        {
            best = DecimalScale.Compare(value, best) * sign > 0 ? value : best;
        }

        return DecimalScale.Rescale(best, types[^1].Scale);
    }

    private static Overload Of(Family family, Delegate implementation) =>
        new([family, family], arguments => CommonType.Of(arguments.Select(a => family == Family.Decimal ? DecimalScale.AsDecimal(a) : a)), implementation, Variadic: true);
}

/// <summary>The name of the argument's type.</summary>
internal sealed class TypeNameState
{
    public Utf8? Name { get; set; }
}
