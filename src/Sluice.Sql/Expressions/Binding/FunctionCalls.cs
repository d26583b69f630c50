using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Functions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using FunctionTable = Sluice.Sql.Functions.FunctionTable;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Finds the overload that a call means, and hands the arguments over as it wants them.</summary>
internal static class FunctionCalls
{
    /// <summary>Names that the binder knows and the table does not.</summary>
    private static readonly string[] s_special = ["COALESCE", "NULLIF", "IF", "IFNULL"];

    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(FunctionCall call, IReadOnlyList<BoundExpression> arguments, Folding folding)
    {
        var errors = folding.Errors;
        var name = call.Name.ToString();
        if (FunctionTable.Find(name) is not { } function)
        {
            errors.Add(call.Name.Span, $"there is no function {name}{(NearestName.Of(name, FunctionTable.Names.Concat(s_special)) is { } near ? $"; did you mean {near}?" : "")}");
            return null;
        }

        Overload? best = null;
        var bestCost = int.MaxValue;
        foreach (var overload in function.Overloads)
        {
            if (Cost(overload, arguments, folding) is { } cost && cost < bestCost)
            {
                (best, bestCost) = (overload, cost);
            }
        }

        if (best is null)
        {
            var given = arguments.Count == 0 ? "no arguments" : string.Join(", ", arguments.Select(Shown));
            errors.Add(call.Span, $"{function.Name} does not take {given}; it is called as {Signatures(function)}");
            return null;
        }

        return Call(function, best, arguments, call.Span, folding);
    }

    private static BoundFunction? Call(ScalarFunction function, Overload overload, IReadOnlyList<BoundExpression> arguments, SourceSpan span, Folding folding)
    {
        var handed = arguments.Select((a, i) => As(a, FamilyOf(overload, i), folding)).ToList();
        // A bare NULL has the type that it is handed over as.
        var types = arguments.Select((a, i) => a.Type.Kind == TypeKind.Null && a is not BoundUnit ? handed[i].Type : a.Type).ToArray();
        if (overload.Fits is { } fits && !fits([.. arguments.Select(a => a.Type)]))
        {
            folding.Errors.Add(span, $"the arguments of {function.Name} do not go together: {string.Join(", ", arguments.Select(Shown))}; CAST one of them");
            return null;
        }

        var constants = handed.Select(ConstantOf).ToArray();
        SqlType returns;
        try
        {
            overload.Check?.Invoke(constants);
            returns = overload.ReturnsFor is { } returnsFor ? returnsFor(types, constants) : overload.Returns(types);
        }
        catch (Exception e) when (e is DataException or ConfigException)
        {
            folding.Errors.Add(span, e.Message);
            return null;
        }

        var isNullable = handed.Where((a, i) => a.Type.IsNullable && a is not BoundUnit && IsStrict(overload, i)).Any();
        var type = isNullable ? returns.Nullable() : returns;
        return new BoundFunction(function, overload, handed, [.. types, type], type, span);
    }

    /// <summary>Null where the arguments do not fit. The smaller the nearer.</summary>
    private static int? Cost(Overload overload, IReadOnlyList<BoundExpression> arguments, Folding folding)
    {
        var least = overload.Parameters.Count - (overload.Variadic ? 1 : 0);
        if (arguments.Count < least || (!overload.Variadic && arguments.Count > least))
        {
            return null;
        }

        var sum = overload.Variadic ? 1 : 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (Cost(arguments[i], FamilyOf(overload, i)) is not { } cost)
            {
                return null;
            }

            sum += cost;
        }

        return overload.When is { } when && !when([.. arguments.Select((a, i) => ConstantOf(As(a, FamilyOf(overload, i), folding)))]) ? null : sum;
    }

    private static int? Cost(BoundExpression argument, Family family)
    {
        if (argument is BoundUnit || family == Family.Unit)
        {
            return argument is BoundUnit && family == Family.Unit ? 0 : null;
        }

        var type = argument.Type;
        return (family, type.Kind) switch
        {
            (_, TypeKind.Null) => 0,
            (Family.Any, _) => 100,
            (Family.Boolean, TypeKind.Boolean) => 0,
            (Family.Int, TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int) => 0,
            (Family.BigInt, TypeKind.BigInt) => 0,
            (Family.BigInt, _) when type.IsInteger => 1,
            (Family.Decimal, TypeKind.Decimal) => 0,
            (Family.Decimal, _) when type.IsInteger => 2,
            (Family.Float, TypeKind.Float) => 0,
            (Family.Double, TypeKind.Double) => 0,
            (Family.Double, TypeKind.Float) => 1,
            (Family.Double, _) when type.IsNumeric => 5,
            (Family.Character, _) when type.IsCharacter => 0,
            (Family.Binary, _) when type.IsBinary => 0,
            (Family.Date, TypeKind.Date) => 0,
            (Family.Time, TypeKind.Time) => 0,
            (Family.Timestamp, TypeKind.Timestamp) => 0,
            (Family.Timestamp, TypeKind.Date) => 1,
            (Family.TimestampLtz, TypeKind.TimestampLtz) => 0,
            (Family.IntervalYearMonth, TypeKind.IntervalYearMonth) => 0,
            (Family.IntervalDayTime, TypeKind.IntervalDayTime) => 0,
            (Family.Array, TypeKind.Array) => 0,
            (Family.Map, TypeKind.Map or TypeKind.Multiset) => 0,
            (Family.Row, TypeKind.Row) => 0,
            _ => null,
        };
    }

    /// <summary>An argument of the type that a family hands over.</summary>
    private static BoundExpression As(BoundExpression argument, Family family, Folding folding)
    {
        if (argument is BoundUnit)
        {
            return argument;
        }

        var type = argument.Type;
        var wanted = family switch
        {
            Family.BigInt when type.Kind != TypeKind.BigInt => SqlType.BigInt,
            Family.Decimal when type.Kind != TypeKind.Decimal => type.Kind == TypeKind.Null ? SqlType.Decimal(10, 0) : DecimalTypes.Of(type),
            Family.Double when type.Kind != TypeKind.Double => SqlType.Double,
            Family.Timestamp when type.Kind == TypeKind.Date => SqlType.Timestamp(0),
            _ when type.Kind == TypeKind.Null => OfNull(family),
            _ => null,
        };
        return wanted is null ? argument : folding.Fold(Cast.Must(argument, wanted));
    }

    private static SqlType OfNull(Family family) => family switch
    {
        Family.Boolean => SqlType.Boolean,
        Family.Int => SqlType.Int,
        Family.Float => SqlType.Float,
        Family.Binary => SqlType.Bytes,
        Family.Date => SqlType.Date,
        Family.Time => SqlType.Time(),
        Family.Timestamp => SqlType.Timestamp(),
        Family.TimestampLtz => SqlType.TimestampLtz(),
        Family.IntervalYearMonth => SqlType.IntervalYearMonth,
        Family.IntervalDayTime => SqlType.IntervalDayTime,
        Family.Array => SqlType.Array(SqlType.String),
        Family.Map => SqlType.Map(SqlType.String, SqlType.String),
        Family.Row => SqlType.Row([]),
        _ => SqlType.String,
    };

    private static object? ConstantOf(BoundExpression argument) => argument switch
    {
        BoundLiteral literal => literal.Value,
        BoundUnit unit => unit.Unit,
        _ => null,
    };

    private static Family FamilyOf(Overload overload, int argument) => overload.Parameters[Math.Min(argument, overload.Parameters.Count - 1)];

    /// <summary>Whether a null argument makes the result null.</summary>
    private static bool IsStrict(Overload overload, int argument)
    {
        var parameters = overload.Implementation.Method.GetParameters();
        var singles = overload.Variadic ? overload.Parameters.Count - 1 : overload.Parameters.Count;
        var type = argument < singles ? parameters[argument].ParameterType : parameters[singles].ParameterType.GetElementType()!;
        return Nullable.GetUnderlyingType(type) is null;
    }

    private static string Shown(BoundExpression argument) => argument is BoundUnit unit ? unit.Unit.ToString().ToUpperInvariant() : argument.Type.Nullable().ToString();

    private static string Signatures(ScalarFunction function) => string.Join(" or ", function.Overloads.Select(overload =>
    {
        var names = overload.Parameters.Select(NameOf).ToList();
        return $"{function.Name}({string.Join(", ", names)}{(overload.Variadic ? ", ..." : "")})";
    }).Distinct());

    private static string NameOf(Family family) => family switch
    {
        Family.Any => "any",
        Family.Character => "STRING",
        Family.Binary => "BYTES",
        Family.TimestampLtz => "TIMESTAMP_LTZ",
        Family.IntervalYearMonth => "INTERVAL YEAR TO MONTH",
        Family.IntervalDayTime => "INTERVAL DAY TO SECOND",
        Family.Unit => "unit",
        _ => family.ToString().ToUpperInvariant(),
    };
}
