using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Expressions;

/// <summary>Projection and filter in one.</summary>
internal sealed class Calc(Schema input, IReadOnlyList<(string Name, BoundExpression Value)> outputs, BoundExpression? filter, SqlSession session) : IOperator
{
    public Schema Schema { get; } = new([.. outputs.Select(o => new Field(o.Name, o.Value.Type))]);

    public IEnumerable<string> Explain() => [$"calc {input} -> {Schema}{(filter is null ? "" : " with a filter")} ({session.Zone.Id})"];

    public ISinkWriter Open(TaskContext task, ISinkWriter next) => next;
}
