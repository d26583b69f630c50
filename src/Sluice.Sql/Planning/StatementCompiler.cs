using System.Globalization;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>Compiles the statements of a script one after the other: some change the catalog or the settings, others become steps.</summary>
/// <param name="givenName">The name that the command line gives, which counts before what the script says.</param>
/// <param name="fileName">The name of the script's file; null where there is none.</param>
/// <param name="tables">Makes the connectors of a statement, with the settings as they are then.</param>
/// <param name="selectSink">Makes the printer of a SELECT's rows.</param>
internal sealed class StatementCompiler(
    BindingContext context, string? givenName, string? fileName, Func<ConnectorTables> tables, Func<Schema, TimeZoneInfo, ISink> selectSink)
{
    private readonly List<ScriptStep> _steps = [];
    private readonly Dictionary<string, int> _inserts = new(StringComparer.Ordinal);

    public IReadOnlyList<ScriptStep> Steps => _steps;

    private string? Name => givenName ?? context.Settings.Name ?? fileName;

    public void Compile(Statement statement)
    {
        if (new DefinitionRunner(context, view => new QueryPlanner(context).View(view, view.Span) is not null).Run(statement))
        {
            return;
        }

        switch (statement)
        {
            case SetStatement set:
                Set(set);
                break;
            case ResetStatement reset:
                context.Settings.Reset(reset.Key?.Value);
                break;
            case DescribeStatement describe:
                Print(describe, new ShowRunner(context).Describe(describe));
                break;
            case ShowStatement show:
                Print(show, new ShowRunner(context).Show(show));
                break;
            case ExplainStatement explain:
                Explain(explain);
                break;
            case QueryStatement or InsertStatement or StatementSet:
                if (Job(statement) is { } step)
                {
                    _steps.Add(step is RunStep run ? run with { Plan = Numbered(run.Plan) } : step);
                }

                break;
            default:
                context.Error(statement.Span, "this statement is not supported");
                break;
        }
    }

    /// <summary>Several INSERTs into one table are several instances.</summary>
    private Plan Numbered(Plan plan) => plan with
    {
        Pipelines = [.. plan.Pipelines.Select(p => p with { Branches = [.. p.Branches.Select(b => b with { Instance = Numbered(b.Instance) })] })],
    };

    private JobInstance? Numbered(JobInstance? instance)
    {
        if (instance is null)
        {
            return null;
        }

        var number = _inserts[instance.Part] = _inserts.GetValueOrDefault(instance.Part) + 1;
        return number == 1 ? instance : instance with { Part = $"{instance.Part}#{number}" };
    }

    private ScriptStep? Job(Statement statement) => statement switch
    {
        InsertStatement insert => Insert([insert], $"INSERT INTO {insert.Table}", statement),
        StatementSet set => Insert(set.Inserts, $"STATEMENT SET: INSERT INTO {string.Join(", ", set.Inserts.Select(i => i.Table))}", statement),
        QueryStatement query => Select(query),
        _ => null,
    };

    private RunStep? Insert(IReadOnlyList<InsertStatement> inserts, string description, Statement statement)
    {
        var before = context.Errors.Count;
        var plan = new PlanBuilder(context, tables());
        var planner = new InsertPlanner(context);
        var planned = inserts.Count(insert => planner.Plan(insert, plan));

        // Where one INSERT of a set has errors the others are still looked at, down to their connectors.
        var job = plan.Build(Name);
        return job is null || planned < inserts.Count || context.Errors.Count > before
            ? null
            : new RunStep(description, context.PlaceOf(statement.Span), job.Plan, PlanText.Of(job, context.Source));
    }

    private SelectStep? Select(QueryStatement statement)
    {
        var limit = statement.Query.Limit is { Count: { } count } ? LimitOf(count) : null;
        var rows = new QueryPlanner(context).Plan(statement.Query, QueryScope.Empty, limited: true);
        if (rows is null || (limit is null && statement.Query.Limit is { Count: not null }))
        {
            return null;
        }

        // Each column is named, so that the printer's columns are the query's; a projection that changes nothing costs nothing.
        rows = rows.Calc([.. rows.Columns.Select((c, i) => new Output(c.Name, rows.Column(i)))]);
        var schema = new Schema([.. rows.Columns.Select(c => new Field(c.Name, c.Type))]);
        var plan = new PlanBuilder(context, tables(), limit);
        plan.Add(rows, new PlannedSink(selectSink(schema, context.Settings.Zone), null, []));
        return plan.Build(Name) is { } job
            ? new SelectStep("SELECT", context.PlaceOf(statement.Span), job.Plan, schema, PlanText.Of(job, context.Source))
            : null;
    }

    private RowLimit? LimitOf(Expression count)
    {
        if (count is NumberLiteral { Kind: NumberKind.Integer, Text: var text } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows <= int.MaxValue)
        {
            return new RowLimit(rows);
        }

        context.Error(count.Span, $"LIMIT takes a whole number from 0 to {int.MaxValue}");
        return null;
    }

    private void Explain(ExplainStatement explain)
    {
        if (explain.Details.Count > 0)
        {
            context.Warn(explain.Details[0].Span, $"EXPLAIN has one form here; {string.Join(", ", explain.Details)} adds nothing");
        }

        Print(explain, Job(explain.Subject)?.Explain);
    }

    private void Set(SetStatement set)
    {
        if (set.Key is null)
        {
            var all = context.Settings.Snapshot();
            Print(set, all.Count == 0 ? "Empty set" : string.Join('\n', all.Select(s => Line(s.Key, s.Value))));
        }
        else if (set.Value is null)
        {
            Print(set, context.Settings.Get(set.Key.Value) is { } value ? Line(set.Key.Value, value) : $"'{set.Key.Value}' is not set");
        }
        else if (context.Settings.Set(set.Key.Value, set.Value.Value, message => context.Warn(set.Key.Span, message)) is { } wrong)
        {
            context.Error(set.Value.Span, wrong);
        }
    }

    private static string Line(string key, string value) => $"'{key}' = '{(TableOptions.IsSecret(key) ? "******" : value)}'";

    private void Print(Statement statement, string? text)
    {
        if (text is not null)
        {
            _steps.Add(new PrintStep(statement.GetType().Name[..^"Statement".Length].ToUpperInvariant(), context.PlaceOf(statement.Span), text));
        }
    }
}
