using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions;

/// <summary>Projection and filter in one. Columns that are taken over as they are cost nothing; the others are computed by loops that are
/// compiled when the first task begins.</summary>
/// <param name="filter">Rows for which it is not TRUE do not pass; null passes all.</param>
internal sealed class Calc(
    Schema input, IReadOnlyList<(string Name, BoundExpression Value)> outputs, BoundExpression? filter, SqlSession session) : IOperator
{
    private readonly Lazy<CalcLoops> _loops = new(() => CalcLoops.Compile(outputs, filter));

    public Schema Schema { get; } = new([.. outputs.Select(o => new Field(o.Name, o.Value.Type))]);

    public Schema Input { get; } = input;

    public IReadOnlyList<(string Name, BoundExpression Value)> Outputs { get; } = outputs;

    public BoundExpression? Filter { get; } = filter;

    public IEnumerable<string> Explain()
    {
        var columns = Outputs.Select(o => o.Value is BoundColumn column
            ? (column.Name == o.Name ? o.Name : $"{column.Name} AS {o.Name}")
            : $"{o.Name} {o.Value.Type.Nullable(o.Value.Type.IsNullable || o.Value.Type.Kind == TypeKind.Null)} computed");
        yield return $"calc: {string.Join(", ", columns)}";
        if (Filter is not null)
        {
            yield return "  keeps the rows that its condition holds for";
        }
    }

    public ISinkWriter Open(TaskContext task, ISinkWriter next) =>
        new CalcWriter(_loops.Value, new RowBatchPool(Schema, BatchSize.Of(BatchSize.MaxRows)), session, next);
}
