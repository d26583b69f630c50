using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>Puts the INSERTs of one statement together: chains that read the same table share its source, which is asked for the columns that
/// one of them needs. INSERTs into the same table share its sink, joins with the
/// same dimension table what is kept of it.</summary>
internal sealed class PlanBuilder(BindingContext context, ConnectorTables tables, RowLimit? limit = null)
{
    private readonly SqlSession _session = context.Session();
    private readonly List<(TableUse Use, ISink? Sink)> _sinks = [];
    private readonly List<SourceGroup> _groups = [];
    private readonly LookupTables _lookups = new(tables);

    /// <summary>All that becomes of one source.</summary>
    private sealed record SourceGroup(Leaf Leaf)
    {
        public List<PlannedChain> Chains { get; } = [];
    }

    private sealed record PlannedChain(Chain Chain, IReadOnlyList<SortedSet<int>> Needed, PlannedSink Sink);

    /// <summary>The sink of a table, made once; null after an error was reported.</summary>
    public ISink? SinkOf(TableUse use)
    {
        foreach (var (known, made) in _sinks)
        {
            if (known.Equals(use))
            {
                return made;
            }
        }

        var sink = tables.Sink(use);
        _sinks.Add((use, sink));
        return sink;
    }

    public void Add(Relation rows, PlannedSink sink)
    {
        foreach (var chain in rows.Chains.Select(c => LookupFilters.Push(KeyedRead.Of(c, context, tables))))
        {
            UpsertFilter.Check(context, chain, tables);
            var group = _groups.FirstOrDefault(g => g.Leaf is ScanLeaf known && chain.Leaf is ScanLeaf scan && known.Table.Equals(scan.Table));
            if (group is null)
            {
                group = new SourceGroup(chain.Leaf);
                _groups.Add(group);
            }

            group.Chains.Add(new PlannedChain(chain, ChainPruner.Needed(chain, rows.Columns.Count), sink));
        }
    }

    /// <returns>Null after errors were reported.</returns>
    public PlannedJob? Build(string? name)
    {
        var before = context.Errors.Count;
        _lookups.Make(_groups.SelectMany(g => g.Chains).SelectMany(c => ChainPruner.Lookups(c.Chain, c.Needed)));
        var hasLookups = context.Errors.Count == before;
        var pipelines = new List<PlannedPipeline>();
        foreach (var group in _groups)
        {
            // What is wrong with a source is said also where a dimension table could not be made.
            var columns = ColumnsOf(group);
            if (SourceOf(group.Leaf, columns) is { } source && hasLookups)
            {
                pipelines.Add(Build(name, group, source, columns));
            }
        }

        return context.Errors.Count > before
            ? null
            : new PlannedJob(new Plan(name ?? SqlScript.Nameless, [.. pipelines.Select(p => p.Pipeline)], context.Settings.JobSettings()), pipelines);
    }

    /// <summary>The columns that any of the chains needs. A source is asked for one at least.</summary>
    private static List<int> ColumnsOf(SourceGroup group)
    {
        var columns = new SortedSet<int>(group.Chains.SelectMany(c => c.Needed[0]));
        if (columns.Count == 0 && group.Leaf.Count > 0)
        {
            columns.Add(0);
        }

        return [.. columns];
    }

    private ITableSource? SourceOf(Leaf leaf, List<int> columns)
    {
        if (leaf is ValuesLeaf values)
        {
            var schema = new Schema([.. columns.Select(c => new Field(values.Columns[c].Name, values.Columns[c].Type))]);
            return Limited(new ValuesSource(schema, [.. values.Rows.Select(r => columns.Select(c => r[c]).ToList())], values.Origin, _session));
        }

        var use = ((ScanLeaf)leaf).Table;
        var source = tables.Source(use, columns);
        if (source is { HasChangelog: true } && limit is not null)
        {
            context.Error(use.Span, $"LIMIT does not go with table '{use.Table.Path.Name}', whose rows may be taken back later");
        }

        return source is null ? null : Limited(source);
    }

    private ITableSource Limited(ITableSource source) => limit is null ? source : new LimitedSource(source, limit);

    private PlannedPipeline Build(string? name, SourceGroup group, ITableSource source, List<int> columns)
    {
        var branches = new List<PlannedBranch>();
        foreach (var planned in group.Chains)
        {
            var chain = ChainPruner.Rewrite(planned.Chain, planned.Needed, columns);
            var lowered = Lower(chain, source, planned.Sink);
            branches.Add(lowered with { Branch = lowered.Branch with { Instance = StatementInstance.Of(context, name, planned.Chain, planned.Sink) } });
        }

        return new PlannedPipeline(new Pipeline(source, [.. branches.Select(b => b.Branch)]), group.Leaf, columns, branches);
    }

    private PlannedBranch Lower(Chain chain, ITableSource source, PlannedSink sink)
    {
        var schema = source.Schema ?? throw new InvalidOperationException($"the source {source.Name} has no schema");
        var operators = new List<IOperator>();
        var steps = new List<Step>();
        for (var i = 0; i < chain.Steps.Count; i++)
        {
            var step = chain.Steps[i];
            if (step is CalcStep calc && IsIdentity(calc, schema, last: i == chain.Steps.Count - 1))
            {
                continue;
            }

            steps.Add(step);
            operators.Add(step switch
            {
                CalcStep projection => new Calc(schema, [.. projection.Outputs.Select(o => (o.Name, o.Value))], projection.Filter, _session),
                UnnestStep unnest => new Unnest(schema, unnest.Collection, unnest.Names, unnest.KeepEmpty, unnest.WithOrdinality, _session),
                LookupStep lookup => _lookups.Join(lookup, schema, source.HasChangelog),
                _ => throw new InvalidOperationException($"{step.GetType().Name} cannot be run"),
            });
            schema = operators[^1].Schema;
        }

        if (sink.NotNull.Count > 0)
        {
            operators.Add(new NotNullEnforcer(schema, sink.NotNull, sink.Table!.Table.Path.Name, context.Settings.DropsNulls));
        }

        if (limit is not null)
        {
            operators.Add(new LimitOperator(schema, limit));
        }

        sink.Bind(tables, schema);
        return new PlannedBranch(new Branch(operators, sink.Sink), steps, sink);
    }

    /// <summary>Whether a projection would change nothing that anybody sees.</summary>
    private static bool IsIdentity(CalcStep calc, Schema input, bool last)
    {
        if (calc.Filter is not null || calc.Outputs.Count != input.Count)
        {
            return false;
        }

        for (var i = 0; i < input.Count; i++)
        {
            var (name, value) = calc.Outputs[i];
            if (value is not BoundColumn column || column.Index != i || (last && (name != input[i].Name || !value.Type.SameAs(input[i].Sql!))))
            {
                return false;
            }
        }

        return true;
    }
}
