using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Compiling;

/// <summary>Computes a column.</summary>
/// <param name="rows">The input's row of each row that comes out; not looked at where the loop takes all rows.</param>
internal delegate void ColumnLoop(EvaluationState state, Column[] inputs, int[] rows, int count, Column output);

/// <summary>Fills <paramref name="rows"/> with those that a condition holds for.</summary>
/// <returns>Their number.</returns>
internal delegate int FilterLoop(EvaluationState state, Column[] inputs, int count, int[] rows);

/// <summary>A compiled loop and what a task must make to run it.</summary>
internal sealed record Loop<T>(T Run, IReadOnlyList<Func<EvaluationState, object>> Items);

/// <summary>Makes loops over rows out of expressions.</summary>
internal static class Loops
{
    /// <param name="selected">Whether the loop goes over chosen rows, or over all.</param>
    /// <param name="once">The loop runs a time or two: it is interpreted, which costs nothing to prepare.</param>
    public static Loop<ColumnLoop> Column(BoundExpression expression, bool selected, bool once = false)
    {
        var emitter = new Emitter();
        var (rows, count, output) = (Code.Parameter(typeof(int[])), Code.Parameter(typeof(int)), Code.Parameter(typeof(Column)));
        var at = emitter.Local(typeof(int));
        var target = emitter.Hoist(output, () => Code.Convert(output, Values.ColumnType(expression.Type)));
        var body = emitter.Block(() => emitter.Add(Values.Write(target, at, emitter.Emit(expression), expression.Type)));
        var loop = Body(emitter, at, count, selected ? Code.ArrayIndex(rows, at) : at, body);
        var lambda = Code.Lambda<ColumnLoop>(Code.Block(emitter.Locals.Append(emitter.Row), loop), emitter.State, emitter.Inputs, rows, count, output);
        return new Loop<ColumnLoop>(lambda.Compile(once), emitter.Items);
    }

    public static Loop<FilterLoop> Filter(BoundExpression condition)
    {
        var emitter = new Emitter();
        var (count, rows) = (Code.Parameter(typeof(int)), Code.Parameter(typeof(int[])));
        var (at, found) = (emitter.Local(typeof(int)), emitter.Local(typeof(int)));
        var body = emitter.Block(() => emitter.If(emitter.Emit(condition).IsTrue, () =>
        {
            emitter.Add(Code.Assign(Code.ArrayAccess(rows, found), emitter.Row));
            emitter.Add(Code.PreIncrementAssign(found));
        }));
        var loop = Body(emitter, at, count, at, body);
        var lambda = Code.Lambda<FilterLoop>(
            Code.Block(emitter.Locals.Append(emitter.Row), [.. loop, found]), emitter.State, emitter.Inputs, count, rows);
        return new Loop<FilterLoop>(lambda.Compile(), emitter.Items);
    }

    private static List<Code> Body(Emitter emitter, ParameterExpression at, ParameterExpression count, Code row, Code body)
    {
        var end = Code.Label();
        return
        [
            .. emitter.Prologue,
            Code.Assign(at, Code.Constant(0)),
            Code.Loop(
                Code.IfThenElse(
                    Code.LessThan(at, count),
                    Code.Block(
                        Code.Assign(emitter.Row, row),
                        Code.Assign(Code.Property(emitter.State, nameof(EvaluationState.Row)), emitter.Row),
                        body,
                        Code.PreIncrementAssign(at)),
                    Code.Break(end)),
                end),
        ];
    }
}
