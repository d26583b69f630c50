using System.Reflection;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary>A unit of time as an argument.</summary>
internal sealed record BoundUnit(TimeUnit Unit, SourceSpan Span) : BoundExpression(SqlType.Null, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [];

    internal override Emitted Emit(Emitter to) => new(Code.Constant(Unit), null);
}

/// <summary>A call of a function of the table. Arguments are of the types that its families hand over.</summary>
/// <param name="Types">The types of the arguments as they were given, and that of the result: what an implementation may ask for.</param>
internal sealed record BoundFunction(
    ScalarFunction Function, Overload Overload, IReadOnlyList<BoundExpression> Arguments, SqlType[] Types, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => Arguments;

    public override bool IsDeterministic => Overload.Deterministic;

    internal override Emitted Emit(Emitter to)
    {
        var parameters = Overload.Implementation.Method.GetParameters();
        var singles = Overload.Variadic ? Overload.Parameters.Count - 1 : Overload.Parameters.Count;
        var values = new List<Emitted>();
        var nulls = new List<Code>();
        for (var i = 0; i < Arguments.Count; i++)
        {
            var wanted = i < singles ? parameters[i].ParameterType : parameters[singles].ParameterType.GetElementType()!;
            values.Add(Emit(to, Arguments[i], wanted));
            if (Nullable.GetUnderlyingType(wanted) is null && values[i].Null is { } isNull)
            {
                if (values[i].IsAlwaysNull)
                {
                    return new Emitted(Code.Default(Values.ClrType(Type)), Code.Constant(true));
                }

                nulls.Add(isNull);
            }
        }

        return BoundCall.Guarded(to, nulls, () => Result(to, Call(to, parameters, singles, values)));
    }

    private Code Call(Emitter to, ParameterInfo[] parameters, int singles, List<Emitted> values)
    {
        var handed = new List<Code>();
        for (var i = 0; i < singles; i++)
        {
            handed.Add(Handed(values[i], parameters[i].ParameterType));
        }

        if (Overload.Variadic)
        {
            var element = parameters[singles].ParameterType.GetElementType()!;
            var count = values.Count - singles;
            var array = to.Item(element.MakeArrayType(), _ => Array.CreateInstance(element, count));
            for (var i = 0; i < count; i++)
            {
                to.Add(Code.Assign(Code.ArrayAccess(array, Code.Constant(i)), Handed(values[singles + i], element)));
            }

            handed.Add(array);
        }

        for (var i = handed.Count; i < parameters.Length; i++)
        {
            handed.Add(Service(to, parameters[i].ParameterType));
        }

        return Overload.Implementation is { Target: null, Method.IsStatic: true }
            ? Code.Call(Overload.Implementation.Method, handed)
            : Code.Invoke(to.Item(Overload.Implementation.GetType(), _ => Overload.Implementation), handed);
    }

    private Code Service(Emitter to, Type type)
    {
        if (type == typeof(ByteHeap))
        {
            return to.Heap;
        }

        if (type == typeof(FunctionContext))
        {
            return to.Context;
        }

        if (type == typeof(SqlType[]))
        {
            return to.Constant(Types);
        }

        return typeof(Column).IsAssignableFrom(type)
            ? to.Scratch(Type.Nullable())
            : to.Item(type, _ => Activator.CreateInstance(type)!);
    }

    /// <summary>An argument's value, or the cell it stands in.</summary>
    private static Emitted Emit(Emitter to, BoundExpression argument, Type wanted)
    {
        return wanted == typeof(Cell) || wanted == typeof(Cell?) ? CellOf(to, argument) : to.Emit(argument);
    }

    /// <summary>A cell with the argument's value, also where that is null. What stands in a column already is not read.</summary>
    public static Emitted CellOf(Emitter to, BoundExpression argument)
    {
        var constructor = typeof(Cell).GetConstructor([typeof(Column), typeof(int)])!;
        var column = argument switch
        {
            BoundColumn of => of.Column(to),
            BoundField of => of.Column(to),
            _ => null,
        };
        if (column is not null)
        {
            var isNull = to.Assign(Code.Call(column, nameof(Column.IsNull), null, to.Row));
            return new Emitted(to.Assign(Code.New(constructor, column, to.Row)), isNull);
        }

        var value = to.Emit(argument);
        var scratch = to.Scratch(argument.Type);
        to.Add(Values.Write(scratch, Code.Constant(0), value, argument.Type));
        return new Emitted(to.Assign(Code.New(constructor, scratch, Code.Constant(0))), value.Null);
    }

    private static Code Handed(Emitted value, Type wanted)
    {
        if (Nullable.GetUnderlyingType(wanted) is not { } plain)
        {
            return value.Value;
        }

        return value.IsAlwaysNull ? Code.Default(wanted)
            : value.Null is null ? Code.Convert(value.Value, wanted)
            : Code.Condition(value.Null, Code.Default(wanted), Code.Convert(Plain(value.Value, plain), wanted));
    }

    private static Code Plain(Code value, Type type) => value.Type == type ? value : Code.Convert(value, type);

    /// <summary>A result that is a cell is read.</summary>
    private Emitted Result(Emitter to, Code call)
    {
        if (call.Type != typeof(Cell) && call.Type != typeof(Cell?))
        {
            // A TINYINT or SMALLINT that a function has made too large (ABS, ROUND) wraps.
            var plain = BoundCall.Unwrap(to, call);
            return Type.Kind is TypeKind.TinyInt or TypeKind.SmallInt ? plain with { Value = to.Assign(NumberCasts.Narrow(plain.Value, Type)) } : plain;
        }

        var result = to.Assign(call);
        var (value, isNull) = (to.Local(Values.ClrType(Type)), to.Local(typeof(bool)));
        to.Add(Code.Assign(isNull, Code.Constant(true)));
        void ReadCell(Code cell)
        {
            var column = to.Assign(Code.Convert(Code.Property(cell, nameof(Cell.Column)), Values.ColumnType(Type)));
            var read = Values.Read(to, column, to.Assign(Code.Property(cell, nameof(Cell.Row))), Type);
            to.Add(Code.Assign(value, read.Value));
            to.Add(Code.Assign(isNull, read.IsNull));
        }

        if (call.Type == typeof(Cell))
        {
            ReadCell(result);
        }
        else
        {
            to.If(Code.Property(result, "HasValue"), () => ReadCell(to.Assign(Code.Property(result, "Value"))));
        }

        return new Emitted(value, isNull);
    }
}
