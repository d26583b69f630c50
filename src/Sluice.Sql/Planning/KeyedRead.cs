using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Binding;
using Sluice.Sql.Expressions.Casts;

namespace Sluice.Sql.Planning;

/// <summary>Where a filter says which keys of a dimension table are wanted, those are asked for, instead of reading the table whole.</summary>
internal static class KeyedRead
{
    /// <summary>Beyond so many keys the table is read whole.</summary>
    private const int MostKeys = 1000;

    /// <returns>The same rows by another way, or the chain itself where its filter does not name all columns of the primary key.</returns>
    public static Chain Of(Chain chain, BindingContext context, ConnectorTables tables)
    {
        if (chain.Leaf is not ScanLeaf { Table: var use } || use.Table.PrimaryKey is not { } primaryKey || !tables.FindsByKey(use))
        {
            return chain;
        }

        var filters = Filters(chain, use);
        var columns = primaryKey.Columns.Select(name => use.Readable.ToList().FindIndex(c => c.Name == name)).ToList();
        var folding = new Folding(context.Session(), context.Errors);
        IReadOnlyList<IReadOnlyList<BoundExpression>> keys = [[]];
        foreach (var column in columns)
        {
            if (column < 0 || !IsExact(use.Readable[column].Type)
                || filters.Select(f => Constants(f, column, folding)).FirstOrDefault(c => c is not null) is not { } constants)
            {
                return chain;
            }

            var type = use.Readable[column].Type.NotNull();
            var values = constants.Select(c => As(c, type, folding)).OfType<BoundLiteral>().DistinctBy(c => c.Value).ToList();
            keys = [.. keys.SelectMany(k => values, (k, c) => (BoundExpression[])[.. k, c with { Type = type }])];
        }

        return keys.Count is 0 or > MostKeys ? chain : Ask(use, columns, keys, chain.Steps);
    }

    /// <summary>The conditions of the first steps, over the columns of the table.</summary>
    private static List<BoundExpression> Filters(Chain chain, TableUse use)
    {
        var filters = new List<BoundExpression>();
        IReadOnlyList<BoundExpression> known = [.. use.Readable.Select((c, i) => new BoundColumn(i, c.Name, c.Type, c.Span))];
        foreach (var calc in chain.Steps.TakeWhile(s => s is CalcStep).Cast<CalcStep>())
        {
            if (calc.Filter is { } filter)
            {
                filters.Add(Over(filter));
            }

            known = [.. calc.Outputs.Select(o => Over(o.Value))];
        }

        return filters;

        BoundExpression Over(BoundExpression value)
        {
            var before = known;
            return ColumnRewriter.Replace(value, c => before[c.Index]);
        }
    }

    /// <summary>Whether values that are equal have one text: 0 and -0, or texts that are padded, have not.</summary>
    private static bool IsExact(SqlType type) => type.IsScalar && type.Kind is not (TypeKind.Float or TypeKind.Double or TypeKind.Char or TypeKind.Binary);

    /// <summary>The constants of which a column is one wherever the condition holds; null where it does not say.</summary>
    private static IReadOnlyList<BoundLiteral>? Constants(BoundExpression condition, int column, Folding folding)
    {
        switch (condition)
        {
            case BoundLogic { IsAnd: true } and:
                return Constants(and.Left, column, folding) ?? Constants(and.Right, column, folding);
            case BoundLogic or:
                return Constants(or.Left, column, folding) is { } left && Constants(or.Right, column, folding) is { } right ? [.. left, .. right] : null;
            case BoundInSet { Operand: BoundColumn operand } set when operand.Index == column:
                return set.Items;
            case BoundCall { IsEquality: true, Arguments: [BoundColumn first, var value] } when first.Index == column:
                return Constant(value, first.Type, folding);
            case BoundCall { IsEquality: true, Arguments: [var value, BoundColumn second] } when second.Index == column:
                return Constant(value, second.Type, folding);
            default:
                return null;
        }
    }

    private static BoundLiteral[]? Constant(BoundExpression value, SqlType type, Folding folding) =>
        folding.Fold(value) is BoundLiteral { Value: not null } literal && (literal.Type.Kind == type.Kind || (literal.Type.IsCharacter && type.IsCharacter) || (literal.Type.IsBinary && type.IsBinary))
            ? [literal]
            : null;

    /// <summary>A constant as the value of the key that equals it: 1.5 is 1.50 where the key has two digits after the point.</summary>
    /// <returns>Null where no key of the type equals it: it has digits that the type has not.</returns>
    private static BoundLiteral? As(BoundLiteral constant, SqlType type, Folding folding)
    {
        if (constant.Type.SameAs(type) || type.IsCharacter || type.IsBinary)
        {
            return constant;
        }

        return folding.Fold(Cast.Must(constant, type)) is BoundLiteral { Value: not null } value
            && folding.Fold(Cast.Must(value, constant.Type)) is BoundLiteral { Value: not null } back && back.Value.Equals(constant.Value)
            ? value
            : null;
    }

    /// <summary>The keys as rows, what the table has for each, and then the same steps, their filter among them.</summary>
    private static Chain Ask(TableUse use, List<int> columns, IReadOnlyList<IReadOnlyList<BoundExpression>> keys, IReadOnlyList<Step> steps)
    {
        var names = columns.Select(c => use.Readable[c]).ToList();
        var given = new ValuesLeaf([.. names.Select(n => new RelationColumn(n.Name, n.Type.NotNull(), use.Span))], keys) { Origin = "WHERE, key" };
        var values = names.Select((n, i) => new BoundColumn(i, n.Name, n.Type.NotNull(), use.Span)).ToList();
        var texts = values.Select((v, i) => LookupPlanner.Text(v, names[i].Span));
        var first = 2 * columns.Count;
        var all = Enumerable.Range(0, use.Readable.Count).ToList();
        return new Chain(given, [
            new CalcStep([.. values.Select(v => new Output(v.Name, v)), .. texts.Select((t, i) => new Output($"key {names[i].Name}", t))], null),
            new LookupStep(use, [.. Enumerable.Range(columns.Count, columns.Count)], [.. Enumerable.Range(0, columns.Count)], all, KeepMissing: false) { Once = true },
            new CalcStep([.. all.Select(c => new Output(use.Readable[c].Name, new BoundColumn(first + c, use.Readable[c].Name, use.Readable[c].Type.Nullable(), use.Span)))], null),
            .. steps,
        ]);
    }
}
