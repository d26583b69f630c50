using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;

namespace Sluice.Sql.Expressions;

/// <summary>One row for each element of a collection: <c>CROSS JOIN UNNEST(collection)</c>. The columns that come out are those that come in
/// followed by the element's: the fields of a ROW, key and value of a MAP, else one. A MULTISET gives each element as often as it has it.</summary>
/// <param name="collection">An ARRAY, MAP or MULTISET over the input's columns.</param>
/// <param name="names">Names of the element's columns, the ordinality's last.</param>
/// <param name="keepEmpty">LEFT JOIN ... ON TRUE: a row without elements stays, with nulls.</param>
internal sealed class Unnest(
    Schema input, BoundExpression collection, IReadOnlyList<string> names, bool keepEmpty, bool withOrdinality, SqlSession session) : IOperator
{
    /// <summary>The collections of a batch, computed into a column of their own.</summary>
    private readonly Lazy<Loop<ColumnLoop>> _loop = new(() => Loops.Column(collection, selected: false));

    public Schema Schema { get; } = new(
        [.. input.Fields, .. ElementColumns(collection.Type, keepEmpty, withOrdinality).Select((type, i) => new Field(names[i], type))]);

    /// <summary>The types of the columns that the elements of a collection become, the ordinality (INT) last.</summary>
    public static IReadOnlyList<SqlType> ElementColumns(SqlType collection, bool keepEmpty, bool withOrdinality)
    {
        IEnumerable<SqlType> types = collection switch
        {
            { Kind: TypeKind.Map } => [collection.Key!, collection.Element!],
            { Element: { Kind: TypeKind.Row } row } => row.Fields.Select(f => f.Type.Nullable(f.Type.IsNullable || row.IsNullable)),
            _ => [collection.Element!],
        };
        return [.. types.Concat(withOrdinality ? [SqlType.Int.NotNull()] : []).Select(t => keepEmpty ? t.Nullable() : t)];
    }

    public IEnumerable<string> Explain() =>
        [$"unnest: {(collection is BoundColumn column ? column.Name : "a " + collection.Type.Kind.ToString().ToUpperInvariant())} into {string.Join(", ", names)}"
            + (keepEmpty ? ", keeping rows without elements" : "")];

    public ISinkWriter Open(TaskContext task, ISinkWriter next) =>
        new UnnestWriter(_loop.Value, new UnnestShape(collection.Type, keepEmpty, withOrdinality, input.Count), new RowBatchPool(Schema, BatchSize.Of(BatchSize.MaxRows)), session, next);
}

/// <summary>What the rows of an unnest look like.</summary>
internal sealed record UnnestShape(SqlType Collection, bool KeepEmpty, bool WithOrdinality, int InputColumns);
