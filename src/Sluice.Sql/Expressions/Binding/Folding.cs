using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Computes what is the same for all rows when the plan is made.</summary>
internal sealed class Folding(SqlSession session, ErrorList errors)
{
    public ErrorList Errors { get; } = errors;

    /// <summary>The constant that an expression is, or the expression itself where it is none. What fails is left to the rows: it may never be needed.</summary>
    public BoundExpression Fold(BoundExpression expression)
    {
        if (expression is BoundLiteral or BoundColumn or BoundVariable || !expression.IsDeterministic
            || !expression.Parts.All(p => p is BoundLiteral) || !expression.Type.IsScalar)
        {
            return expression;
        }

        try
        {
            var column = Column.Create(expression.Type, new ByteHeap(64), 1);
            var loop = Loops.Column(expression, selected: false, once: true);
            var state = new EvaluationState(new FunctionContext(session.Zone, session.Clock), loop.Items);
            state.Begin(null);
            loop.Run(state, [], [], 1, column);
            return new BoundLiteral(column.IsNull(0) ? null : ValueOf(column), expression.Type, expression.Span);
        }
        catch (DataException)
        {
            return expression;
        }
    }

    private static object ValueOf(Column column) => column switch
    {
        ValueColumn<bool> c => c.Values[0],
        ValueColumn<int> c => c.Values[0],
        ValueColumn<long> c => c.Values[0],
        ValueColumn<float> c => c.Values[0],
        ValueColumn<double> c => c.Values[0],
        ValueColumn<SqlDecimal> c => c.Values[0],
        ValueColumn<Timestamp> c => c.Values[0],
        TextColumn c => Utf8.Of(c[0].ToArray()),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
