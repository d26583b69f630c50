using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Planning;

/// <summary>A plan as EXPLAIN shows it: each source with what it reads, and under it the way of its rows into each sink.</summary>
internal sealed partial class PlanText(SourceText source)
{
    private readonly StringBuilder _text = new();

    public static string Of(PlannedJob job, SourceText source)
    {
        var text = new PlanText(source);
        foreach (var pipeline in job.Pipelines)
        {
            text.Add(pipeline);
        }

        return text._text.ToString().TrimEnd('\n');
    }

    private void Add(PlannedPipeline pipeline)
    {
        var from = pipeline.Pipeline.Source;
        switch (pipeline.Leaf)
        {
            case ScanLeaf { Table: var use }:
                Line(0, $"source {use.Table.Path.Name}: {from.Name}{(from.IsBounded ? "" : ", without end")}{(from is ITableSource { HasChangelog: true } ? ", with changes" : "")}");
                Line(1, $"reads {string.Join(", ", pipeline.Columns.Select(c => use.Readable[c].Name))}");
                break;
            default:
                Line(0, "source: values");
                break;
        }

        Lines(1, from.Explain());
        foreach (var branch in pipeline.Branches)
        {
            Add(branch, from.Schema!);
        }
    }

    private void Add(PlannedBranch branch, Schema input)
    {
        foreach (var (step, by) in branch.Steps.Zip(branch.Branch.Operators))
        {
            switch (step)
            {
                case CalcStep calc:
                    if (calc.Filter is { } filter)
                    {
                        Line(1, $"where {Text(filter)}");
                    }

                    Line(1, $"select {string.Join(", ", calc.Outputs.Select(Text))}");
                    break;
                case UnnestStep unnest:
                    Line(1, $"unnest {Text(unnest.Collection)} as {string.Join(", ", unnest.Names)}{(unnest.KeepEmpty ? ", rows without elements too" : "")}");
                    break;
                case LookupStep:
                    Lines(1, by.Explain());
                    break;
            }
        }

        foreach (var check in branch.Branch.Operators.Where(o => o is NotNullEnforcer or LimitOperator))
        {
            Lines(1, check.Explain());
        }

        var schema = branch.Branch.Operators is [.., var last] ? last.Schema : input;
        Line(1, $"sink {branch.Sink.Table?.Table.Path.Name ?? "of SELECT"}: {branch.Branch.Sink.Name}");
        Line(2, $"takes {string.Join(", ", schema.Fields.Select(f => $"{f.Name} {f.Sql?.Nullable()}"))}");
        Lines(2, branch.Branch.Sink.Explain(schema));
    }

    private string Text(Output output)
    {
        var text = Text(output.Value);
        return text == output.Name ? text : $"{text} AS {output.Name}";
    }

    /// <summary>An expression as the script has it; a column by its name.</summary>
    private string Text(BoundExpression expression) => expression switch
    {
        BoundColumn column => column.Name,
        BoundLiteral { Value: null } => "NULL",

        // A lookup join makes these: the text of a key, and a key that counts only where a condition holds. Those of the script begin before their value.
        BoundCall { Arguments: [var value] } made when made.Span == value.Span => Text(value),
        BoundCase { Branches: [var branch] } made when made.Span == branch.Value.Span => $"IF({Text(branch.Condition)}, {Text(branch.Value)}, NULL)",
        _ => Spaces().Replace(source.Written(expression.Span), " "),
    };

    private void Lines(int depth, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(depth, line);
        }
    }

    private void Line(int depth, string text) => _text.Append(' ', 2 * depth).Append(text).Append('\n');

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
