using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>A join with a dimension table as it is written.</summary>
/// <param name="Where">WHERE of the query, which has the key where the join has no ON; null where there is none.</param>
internal sealed record LookupSyntax(JoinTable Join, NamedTable Table, SystemTimeClause Time, Expression? Where)
{
    public bool KeepMissing => Join.Kind == JoinKind.Left;

    /// <summary>What the columns of the table are called by.</summary>
    public string Name => Table.Alias?.Name.Name ?? Table.Name.Last.Name;
}

/// <summary>JOIN .. FOR SYSTEM_TIME AS OF: from rows to the same rows with what a dimension table has for their keys (S-28).</summary>
internal sealed class LookupPlanner(BindingContext context, ExpressionBinder binder)
{
    private const int MostKeys = 2;

    /// <param name="columns">The names of the table's columns, all of them in their order.</param>
    /// <returns>Null after errors were reported.</returns>
    public FromItem? Plan(FromItem left, LookupSyntax syntax, TableUse use, IReadOnlyList<ScopeColumn> columns)
    {
        var inputs = left.Rows.Columns.Count;
        IReadOnlyList<ScopeColumn> both = [.. left.Columns, .. columns.Select(c => c with { Index = inputs + c.Index })];
        var fits = Check(use) & CheckTime(syntax.Time, left);
        if (!fits || new LookupCondition(context, binder, use, syntax, inputs).Split(new Scope(both)) is not { } condition)
        {
            return null;
        }

        var rows = Keyed(left.Rows, syntax, use, condition, out var keys, out var values);
        var first = rows.Columns.Count;
        rows = rows.Then(
            [.. rows.Columns, .. use.Readable.Select(c => new RelationColumn(c.Name, c.Type.Nullable(), use.Span))],
            new LookupStep(use, keys, values, [.. Enumerable.Range(0, use.Readable.Count)], syntax.KeepMissing));
        if (Computed(rows, first, use, syntax.KeepMissing) is not { } computed)
        {
            return null;
        }

        var places = PlacesOf(use, first, rows.Columns.Count);
        rows = rows.Append(computed);
        if (condition.OfTable is { } filter)
        {
            var moved = ColumnRewriter.Replace(filter, c => c.Index < inputs ? c : c with { Index = places[c.Index - inputs] });
            rows = syntax.KeepMissing ? NullWhereNot(rows, moved, first) : rows.Where(moved);
        }

        return new FromItem(rows, [.. left.Columns, .. columns.Select(c => c with { Index = places[c.Index] })]);
    }

    private bool Check(TableUse use)
    {
        var before = context.Errors.Count;
        var name = use.Table.Path.Name;
        if (use.Table.PrimaryKey is not { } key)
        {
            context.Error(use.Span, $"table '{name}' has no PRIMARY KEY, by which its rows would be looked up; add PRIMARY KEY (...) NOT ENFORCED to its CREATE TABLE");
        }
        else if (key.Columns.Count > MostKeys)
        {
            context.Error(use.Span, $"the PRIMARY KEY of table '{name}' has {key.Columns.Count} columns; rows are looked up by {MostKeys} at most");
        }

        if (use.Table.Columns.OfType<MetadataTableColumn>().FirstOrDefault() is { } metadata)
        {
            context.Error(use.Span, $"table '{name}' has the metadata column '{metadata.Name}', and rows that are looked up have none; leave it out of a table for lookups");
        }

        return context.Errors.Count == before;
    }

    private bool CheckTime(SystemTimeClause clause, FromItem left)
    {
        if (binder.Bind(clause.Time, left.Scope) is not { } time)
        {
            return false;
        }

        var isNow = ProcessingTime.Is(time, left.Rows);
        if (!isNow)
        {
            context.Error(clause.Time.Span, "FOR SYSTEM_TIME AS OF takes the processing time only, for a row is looked up as it is now: write PROCTIME(), "
                + "or a column that CREATE TABLE declares as proctime AS PROCTIME()");
        }

        return isNow;
    }

    /// <summary>The rows with columns for the key's text and its values, where they do not have them yet.</summary>
    private static Relation Keyed(
        Relation rows, LookupSyntax syntax, TableUse use, LookupCondition condition, out IReadOnlyList<int> keys, out IReadOnlyList<int> values)
    {
        var named = use.Table.PrimaryKey!.Columns.Select(c => $"{syntax.Name}.{c}").ToList();
        values = Placed(rows, [.. condition.Keys.Select((k, i) => new Output(named[i], k))], out rows);
        List<BoundExpression> texts = [.. values.Select(rows.Column).Select((v, i) => Text(v, condition.Keys[i].Span))];
        if (condition.OfStream is { } guard)
        {
            // Where it does not hold there is no match: a key that is null is not looked up.
            texts[0] = If(guard, texts[0], texts[0].Span);
        }

        keys = Placed(rows, [.. texts.Select((t, i) => new Output($"key {named[i]}", t))], out rows);
        return rows;
    }

    /// <summary>The columns that some values are, computed behind the others where they are none yet.</summary>
    private static IReadOnlyList<int> Placed(Relation rows, IReadOnlyList<Output> values, out Relation placed)
    {
        var computed = values.Where(v => v.Value is not BoundColumn).ToList();
        placed = rows.Append(computed);
        return [.. values.Select(v => v.Value is BoundColumn column ? column.Index : rows.Columns.Count + computed.IndexOf(v))];
    }

    /// <summary>A key as the table has it (S-22): characters and bytes as they are.</summary>
    /// <param name="span">Where the script has it.</param>
    public static BoundExpression Text(BoundColumn value, SourceSpan span) =>
        value.Type.Storage == Storage.Text ? value : Cast.Must(value with { Span = span }, SqlType.String.Nullable(value.Type.IsNullable));

    /// <summary>The computed columns of the table: over the row that was found; null where none was.</summary>
    private List<Output>? Computed(Relation rows, int first, TableUse use, bool keepMissing)
    {
        var scope = new Scope([.. use.Readable.Select((c, i) => new ScopeColumn(null, c.Name, c.Type.Nullable(), first + i))]);
        var key = use.Readable.ToList().FindIndex(c => c.Name == use.Table.PrimaryKey!.Columns[0]);
        var outputs = new List<Output>();
        foreach (var column in use.Table.Columns.OfType<ComputedTableColumn>())
        {
            if (binder.Bind(column.Expression, scope) is not { } value)
            {
                return null;
            }

            outputs.Add(new Output(column.Name, keepMissing && !value.IsNullLiteral
                ? If(new BoundIsNull(rows.Column(first + key), true, column.Span), value, column.Span)
                : value));
        }

        return outputs;
    }

    /// <summary>Where each column of the table stands: those that are read, then those that are computed.</summary>
    private static List<int> PlacesOf(TableUse use, int first, int computed)
    {
        var places = new List<int>();
        foreach (var column in use.Table.Columns)
        {
            places.Add(column is ComputedTableColumn ? computed++ : first++);
        }

        return places;
    }

    /// <summary>The columns from the first of the table on are null where a condition does not hold.</summary>
    private static Relation NullWhereNot(Relation rows, BoundExpression condition, int first)
    {
        var count = rows.Columns.Count;
        rows = rows.Append([new Output("matches", condition)]);
        return rows.Calc([.. Enumerable.Range(0, count).Select(i => rows.Column(i)).Select(c => new Output(c.Name, c.Index < first ? c : If(rows.Column(count), c, c.Span)))]);
    }

    /// <summary>The value where a condition holds, else null.</summary>
    private static BoundCase If(BoundExpression condition, BoundExpression value, SourceSpan span)
    {
        var type = value.Type.Nullable();
        return new BoundCase([new BoundBranch(condition, value)], new BoundLiteral(null, type, span), type, span);
    }
}
