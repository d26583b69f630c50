using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Planning;

/// <summary>A plan, and what it was made from, for EXPLAIN.</summary>
internal sealed record PlannedJob(Plan Plan, IReadOnlyList<PlannedPipeline> Pipelines);

/// <param name="Columns">Which of the leaf's columns are read.</param>
internal sealed record PlannedPipeline(Pipeline Pipeline, Leaf Leaf, IReadOnlyList<int> Columns, IReadOnlyList<PlannedBranch> Branches);

/// <param name="Steps">Those that became operators.</param>
internal sealed record PlannedBranch(Branch Branch, IReadOnlyList<Step> Steps, PlannedSink Sink);

/// <summary>Where the rows of a statement go.</summary>
/// <param name="Table">Null for the printer of a SELECT.</param>
/// <param name="NotNull">Columns of the rows in which the sink takes no NULL, and a NULL may come.</param>
internal sealed record PlannedSink(ISink Sink, TableUse? Table, IReadOnlyList<int> NotNull)
{
    /// <summary>The INSERT; null for a SELECT.</summary>
    public SourceSpan? Statement { get; init; }

    /// <summary>Tells the sink its columns now, so that what they forbid is said without connecting.</summary>
    public void Bind(ConnectorTables tables, Schema schema)
    {
        if (Table is not null)
        {
            tables.Guarded(Table, () =>
            {
                Sink.Bind(schema);
                return Sink;
            });
        }
    }
}
