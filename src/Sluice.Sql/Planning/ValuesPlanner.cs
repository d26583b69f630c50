using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>VALUES: rows of expressions without columns. Each column has the type that its values have in common.</summary>
internal sealed class ValuesPlanner(BindingContext context)
{
    public Relation? Plan(ValuesBody values)
    {
        var binder = context.Binder();
        var width = values.Rows[0].Items.Count;
        var rows = new List<List<BoundExpression>>();
        var wrong = false;
        foreach (var row in values.Rows)
        {
            if (row.Items.Count != width)
            {
                context.Error(row.Span, $"this row has {row.Items.Count} values and the first one {width}; all rows of VALUES have the same number");
                wrong = true;
                continue;
            }

            var bound = row.Items.Select(item => binder.Bind(item, Scope.Empty)).OfType<BoundExpression>().ToList();
            wrong |= bound.Count < width;
            rows.Add(bound);
        }

        return wrong ? null : Typed(rows, width, values, binder);
    }

    private Relation? Typed(List<List<BoundExpression>> rows, int width, ValuesBody values, ExpressionBinder binder)
    {
        var columns = new List<RelationColumn>();
        for (var i = 0; i < width; i++)
        {
            if (CommonType.Of(rows.Select(r => r[i].Type)) is not { } type)
            {
                // The first that has nothing in common with those above it.
                var odd = 1;
                while (odd < rows.Count - 1 && CommonType.Of(rows.Take(odd + 1).Select(r => r[i].Type)) is not null)
                {
                    odd++;
                }

                var (above, other) = (CommonType.Of(rows.Take(odd).Select(r => r[i].Type))!, rows[odd][i]);
                context.Error(other.Span, $"this is {other.Type.Nullable()} and the values above it {above.Nullable()}; the values of a column need a common type: CAST one of them");
                return null;
            }

            columns.Add(new RelationColumn($"EXPR${i}", type, values.Rows[0].Items[i].Span));
            foreach (var row in rows.Where(r => !r[i].Type.SameAs(type)))
            {
                if (binder.Assign(row[i], type, $"column {i + 1} of VALUES") is not { } value)
                {
                    return null;
                }

                row[i] = value;
            }
        }

        return new Relation(columns, [new Chain(new ValuesLeaf(columns, rows), [])]);
    }
}
