using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary>An expression whose names and types are known.</summary>
/// <param name="Type">The type of its values.</param>
/// <param name="Span">The text it was written as.</param>
internal abstract record BoundExpression(SqlType Type, SourceSpan Span)
{
    /// <summary>The expressions it is made of.</summary>
    public abstract IReadOnlyList<BoundExpression> Parts { get; }

    /// <summary>False where the same arguments may give another value: the clock, RAND.</summary>
    public virtual bool IsDeterministic => true;

    /// <summary>Whether its value is NULL whatever the row.</summary>
    public bool IsNullLiteral => this is BoundLiteral { Value: null };

    /// <summary>Adds the statements that compute it.</summary>
    internal abstract Emitted Emit(Emitter to);
}

/// <summary>A column of the rows that come in.</summary>
internal sealed record BoundColumn(int Index, string Name, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [];

    internal override Emitted Emit(Emitter to) => Values.Read(to, Column(to), to.Row, Type);

    internal ParameterExpression Column(Emitter to) => to.Hoist(
        ("column", Index), () => Code.Convert(Code.ArrayIndex(to.Inputs, Code.Constant(Index)), Values.ColumnType(Type)));
}

/// <summary>A field of a row; null where the row is.</summary>
internal sealed record BoundField(BoundExpression Row, int Field, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Row];

    internal override Emitted Emit(Emitter to)
    {
        if (Column(to) is { } column)
        {
            return Values.Read(to, column, to.Row, Type);
        }

        var row = to.Emit(Row);
        var (value, isNull) = (to.Local(Values.ClrType(Type)), to.Local(typeof(bool)));
        to.Add(Code.Assign(isNull, Code.Constant(true)));
        to.If(Code.Not(row.IsNull), () =>
        {
            var field = to.Assign(Cast(Code.Property(row.Value, nameof(RowView.Fields))));
            var read = Values.Read(to, field, Code.Property(row.Value, nameof(RowView.Row)), Type);
            to.Add(Code.Assign(value, read.Value));
            to.Add(Code.Assign(isNull, read.IsNull));
        });
        return new Emitted(value, isNull);
    }

    /// <summary>The column that the field is, where the row is one of the input; else null. A row that is null has null fields.</summary>
    internal ParameterExpression? Column(Emitter to)
    {
        var row = Row switch
        {
            BoundColumn column => column.Column(to),
            BoundField field => field.Column(to),
            _ => null,
        };
        return row is null ? null : to.Hoist((row, Field), () => Cast(row));
    }

    private UnaryExpression Cast(Code row) => Code.Convert(
        Code.ArrayIndex(Code.Property(row, nameof(RowColumn.Fields)), Code.Constant(Field)), Values.ColumnType(Type));
}

/// <summary>A constant.</summary>
/// <param name="Value">As <see cref="SqlType.Storage"/> says; null for NULL.</param>
internal sealed record BoundLiteral(object? Value, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [];

    internal override Emitted Emit(Emitter to) => Value is null
        ? new Emitted(Code.Default(Values.ClrType(Type)), Code.Constant(true))
        : new Emitted(to.Constant(Value), null);
}

/// <summary>A value that a <see cref="BoundLet"/> around has computed already.</summary>
internal sealed record BoundVariable(object Key, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [];

    internal override Emitted Emit(Emitter to) => to.ValueOf(this);
}

/// <summary>Computes a value once for several uses of it.</summary>
internal sealed record BoundLet(BoundVariable Variable, BoundExpression Value, BoundExpression Body, SourceSpan Span) : BoundExpression(Body.Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Value, Body];

    /// <summary>Gives <paramref name="body"/> something that may stand for the value as often as it likes.</summary>
    public static BoundExpression? Around(BoundExpression value, Func<BoundExpression, BoundExpression?> body)
    {
        if (value is BoundLiteral or BoundColumn or BoundVariable)
        {
            return body(value);
        }

        if (value is BoundRow row)
        {
            return Around(row, [], body);
        }

        var variable = new BoundVariable(new object(), value.Type, value.Span);
        return body(variable) is { } inner ? new BoundLet(variable, value, inner, value.Span) : null;
    }

    /// <summary>Of a row its items are computed once: it stays a row that can be compared item by item.</summary>
    private static BoundExpression? Around(BoundRow row, IReadOnlyList<BoundExpression> items, Func<BoundExpression, BoundExpression?> body) =>
        items.Count == row.Items.Count ? body(row with { Items = items }) : Around(row.Items[items.Count], item => Around(row, [.. items, item], body));

    internal override Emitted Emit(Emitter to)
    {
        to.Define(Variable, to.Emit(Value));
        return to.Emit(Body);
    }
}
