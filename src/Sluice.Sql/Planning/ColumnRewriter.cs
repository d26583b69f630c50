using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Binding;

namespace Sluice.Sql.Planning;

/// <summary>Finds and replaces the columns of an expression.</summary>
internal static class ColumnRewriter
{
    /// <summary>Adds the indexes of all columns that an expression reads, one entry for each time it names one.</summary>
    public static void Collect(BoundExpression expression, ICollection<int> into)
    {
        if (expression is BoundColumn column)
        {
            into.Add(column.Index);
        }

        foreach (var part in expression.Parts)
        {
            Collect(part, into);
        }
    }

    /// <summary>The same expression with something else in place of each column.</summary>
    public static BoundExpression Replace(BoundExpression expression, Func<BoundColumn, BoundExpression> column)
    {
        return expression switch
        {
            BoundColumn c => column(c),
            BoundLiteral or BoundVariable or BoundUnit => expression,
            BoundField field => field with { Row = On(field.Row) },
            BoundLet let => let with { Value = On(let.Value), Body = On(let.Body) },
            BoundCall call => call with { Arguments = All(call.Arguments) },
            BoundFunction call => call with { Arguments = All(call.Arguments) },
            Concatenation.Joined joined => joined with { Texts = All(joined.Texts) },
            BoundJson json => json with { Arguments = All(json.Arguments), OnEmpty = Outcome(json.OnEmpty), OnError = Outcome(json.OnError) },
            BoundJsonText text => text with { Items = [.. text.Items.Select(i => (On(i.Value), i.IsJson))] },
            BoundIsJson test => test with { Operand = On(test.Operand) },
            BoundLogic logic => logic with { Left = On(logic.Left), Right = On(logic.Right) },
            BoundIsNull test => test with { Operand = On(test.Operand) },
            BoundIsTruth test => test with { Operand = On(test.Operand) },
            BoundCase choice => choice with
            {
                Branches = [.. choice.Branches.Select(b => new BoundBranch(On(b.Condition), On(b.Value)))],
                Else = On(choice.Else),
            },
            BoundInSet test => test with { Operand = On(test.Operand) },
            BoundElement element => element with { Operand = On(element.Operand), Index = On(element.Index) },
            BoundArray array => array with { Items = All(array.Items) },
            BoundMap map => map with { KeysAndValues = All(map.KeysAndValues) },
            BoundRow row => row with { Items = All(row.Items) },
            _ => throw new InvalidOperationException($"no columns can be replaced in {expression.GetType().Name}"),
        };

        BoundExpression On(BoundExpression part) => Replace(part, column);

        JsonOutcomeValue Outcome(JsonOutcomeValue outcome) => outcome.Default is null ? outcome : outcome with { Default = On(outcome.Default) };

        IReadOnlyList<BoundExpression> All(IReadOnlyList<BoundExpression> parts) => [.. parts.Select(On)];
    }
}
