using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;
using FunctionTable = Sluice.Sql.Functions.FunctionTable;
using TimeUnit = Sluice.Sql.Parsing.Syntax.TimeUnit;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>The implementations of all functions have the parameters and results that their registration says.</summary>
public sealed class FunctionTableTests
{
    public static TheoryData<string> Names => [.. FunctionTable.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_overload_compiles_and_gives_what_its_type_says(string name)
    {
        var function = FunctionTable.Find(name)!;
        foreach (var overload in function.Overloads)
        {
            var arguments = overload.Parameters.Select((family, i) => Argument(family, i)).ToList();
            if (overload.Variadic)
            {
                arguments.Add(Argument(overload.Parameters[^1], arguments.Count));
            }

            var types = arguments.Select(a => a.Type).ToArray();
            SqlType type;
            try
            {
                type = overload.ReturnsFor is { } returns ? returns(types, [.. arguments.Select(a => a is BoundUnit unit ? unit.Unit : (object?)null)]) : overload.Returns(types);
            }
            catch (Exception wrong) when (wrong is not ArgumentOutOfRangeException and not NullReferenceException)
            {
                // A unit or a format that these arguments do not go with.
                continue;
            }

            var call = new BoundFunction(function, overload, arguments, [.. types, type], type, default);
            var emitter = new Emitter();
            var result = emitter.Emit(call);
            Assert.Equal(Values.ClrType(type), result.Value.Type);
            Assert.NotNull(Loops.Column(call, selected: false, once: true).Run);
        }
    }

    private static BoundExpression Argument(Family family, int index) => family == Family.Unit
        ? new BoundUnit(TimeUnit.Day, default)
        : new BoundColumn(index, $"a{index}", TypeOf(family), default);

    private static SqlType TypeOf(Family family) => family switch
    {
        Family.Boolean => SqlType.Boolean,
        Family.Int => SqlType.Int,
        Family.BigInt => SqlType.BigInt,
        Family.Decimal => SqlType.Decimal(10, 2),
        Family.Float => SqlType.Float,
        Family.Double => SqlType.Double,
        Family.Binary => SqlType.Bytes,
        Family.Date => SqlType.Date,
        Family.Time => SqlType.Time(),
        Family.Timestamp => SqlType.Timestamp(3),
        Family.TimestampLtz => SqlType.TimestampLtz(3),
        Family.IntervalYearMonth => SqlType.IntervalYearMonth,
        Family.IntervalDayTime => SqlType.IntervalDayTime,
        Family.Array => SqlType.Array(SqlType.String),
        Family.Map => SqlType.Map(SqlType.String, SqlType.Int),
        Family.Row => SqlType.Row([new Sluice.Engine.Types.RowField("a", SqlType.Int)]),
        _ => SqlType.String,
    };
}
