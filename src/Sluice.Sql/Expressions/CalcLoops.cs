using Sluice.Sql.Expressions.Compiling;

namespace Sluice.Sql.Expressions;

/// <summary>The compiled loops of a calc, the same for all of its tasks.</summary>
/// <param name="Copies">For each column that comes out: the input's column that it is, or -1 where it is computed.</param>
/// <param name="Columns">For each column that comes out its loop, or null where it is one of the input's.</param>
internal sealed record CalcLoops(Loop<FilterLoop>? Filter, IReadOnlyList<int> Copies, IReadOnlyList<Loop<ColumnLoop>?> Columns)
{
    public static CalcLoops Compile(IReadOnlyList<(string Name, BoundExpression Value)> outputs, BoundExpression? filter) => new(
        filter is null ? null : Loops.Filter(filter),
        [.. outputs.Select(o => o.Value is BoundColumn column ? column.Index : -1)],
        [.. outputs.Select(o => o.Value is BoundColumn ? null : Loops.Column(o.Value, selected: filter is not null))]);
}
