using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>UNION ALL: the chains of both sides, brought to the same types. Its columns have the names of the first side.</summary>
internal sealed class UnionPlanner(BindingContext context)
{
    /// <summary>Sides of one query, views counted as often as they are used.</summary>
    public const int MostSides = 1024;

    public Relation? Plan(Relation left, Relation right, SetOperation union)
    {
        if (left.Chains.Count + right.Chains.Count > MostSides)
        {
            context.Error(union.Keyword, $"this query has more than {MostSides} sides of UNION ALL, those of its views included");
            return null;
        }

        if (left.Columns.Count != right.Columns.Count)
        {
            context.Error(union.Keyword, $"the sides of UNION ALL have {left.Columns.Count} and {right.Columns.Count} columns; they need the same number");
            return null;
        }

        var types = new List<SqlType>();
        for (var i = 0; i < left.Columns.Count; i++)
        {
            if (CommonType.Of(left.Columns[i].Type, right.Columns[i].Type) is not { } type)
            {
                context.Error(right.Columns[i].Span,
                    $"column {i + 1} of UNION ALL is {left.Columns[i].Type.Nullable()} on one side and {right.Columns[i].Type.Nullable()} on the other; CAST one of them");
                return null;
            }

            types.Add(type);
        }

        return As(left, types, left.Columns) is { } first && As(right, types, left.Columns) is { } second
            ? new Relation([.. first.Columns.Zip(types, (c, type) => c with { Type = type })], [.. first.Chains, .. second.Chains])
            : null;
    }

    /// <summary>The rows with other types, by the implicit cast, where they need one.</summary>
    private Relation? As(Relation rows, List<SqlType> types, IReadOnlyList<RelationColumn> names)
    {
        if (rows.Columns.Zip(types).All(c => c.First.Type.SameAs(c.Second)))
        {
            return new Relation([.. rows.Columns.Select((c, i) => c with { Name = names[i].Name })], rows.Chains);
        }

        var binder = context.Binder();
        var outputs = new List<Output>();
        for (var i = 0; i < types.Count; i++)
        {
            if (binder.Assign(rows.Column(i), types[i].Nullable(), $"column {i + 1} of UNION ALL") is not { } value)
            {
                return null;
            }

            outputs.Add(new Output(names[i].Name, value));
        }

        return rows.Calc(outputs);
    }
}
