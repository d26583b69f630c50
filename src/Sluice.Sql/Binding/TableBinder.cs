using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>From CREATE TABLE to a table of the catalog.</summary>
internal sealed class TableBinder(BindingContext context)
{
    private const int MaxWatermarkPrecision = 3;

    /// <returns>Null after errors were reported.</returns>
    public CatalogTable? Bind(CreateTableStatement create, ObjectPath path)
    {
        var before = context.Errors.Count;
        RefuseVariants(create);
        if (create.Like is { } clause && context.Find(clause.Table) is null or BrokenEntry)
        {
            // What the other table's errors make unknown is not complained about here.
            return null;
        }

        var merged = new MergedTable(context, LikeOf(create.Like), create.Like);
        BindColumns(create, merged);
        BindKey(create, merged);
        foreach (var watermark in create.Watermarks)
        {
            merged.Add(new WatermarkDefinition(watermark.Column.ToString(), watermark.Expression, Text(watermark.Expression), watermark.Column.Span), watermark.Span);
        }

        merged.AddOptions(context.OptionsOf(create.Options));
        merged.AddPartitions(create.PartitionedBy);
        if (context.Errors.Count == before)
        {
            CheckWatermarks(merged);
        }

        return context.Errors.Count > before
            ? null
            : new CatalogTable(
                path, create.Name.Span, create.Temporary, [.. merged.Columns], merged.PrimaryKey, [.. merged.Watermarks], [.. merged.PartitionedBy],
                create.Comment?.Value ?? merged.Comment, [.. merged.Options]);
    }

    private void RefuseVariants(CreateTableStatement create)
    {
        if (create.AsQuery is not null)
        {
            context.Error(create.AsKeyword ?? create.Span, "CREATE TABLE ... AS a query is not supported; create the table with its columns, then INSERT INTO it");
        }

        if (create.OrReplace)
        {
            context.Error(create.Name.Span, "CREATE OR REPLACE TABLE is not supported; DROP TABLE IF EXISTS, then CREATE TABLE");
        }

        if (create.Distribution is { } distribution)
        {
            context.Error(distribution.Keyword, "DISTRIBUTED is not supported: no connector here has buckets");
        }
    }

    private CatalogTable? LikeOf(LikeClause? like)
    {
        switch (like is null ? null : context.Find(like.Table))
        {
            case CatalogTable table:
                return table;
            case CatalogView:
                context.Error(like!.Table.Span, $"'{like.Table}' is a view; LIKE takes a table");
                return null;
            default:
                return null;
        }
    }

    private void BindColumns(CreateTableStatement create, MergedTable merged)
    {
        var binder = context.Binder();
        foreach (var column in create.Columns)
        {
            switch (column)
            {
                case PhysicalColumn physical when TypeBinder.Bind(physical.Type, context.Errors) is { } type:
                    merged.Add(new PhysicalTableColumn(column.Name.Name, type, column.Name.Span, column.Comment?.Value));
                    break;
                case MetadataColumn metadata when TypeBinder.Bind(metadata.Type, context.Errors) is { } type:
                    merged.Add(new MetadataTableColumn(column.Name.Name, type, column.Name.Span, column.Comment?.Value, metadata.Key?.Value, metadata.Virtual));
                    break;
                case ComputedColumn:
                    break;
                default:
                    // A type that is wrong: the name is known all the same, so that its users are not told that it is not.
                    merged.AddUnknown(column.Name);
                    break;
            }
        }

        // Computed columns may use all columns that are not computed, also those behind them.
        var scope = ScopeOf([.. merged.Columns.Where(c => c is not ComputedTableColumn)]);
        foreach (var column in create.Columns.OfType<ComputedColumn>())
        {
            if (merged.HasUnknown || binder.Bind(column.Expression, scope) is not { } value)
            {
                merged.AddUnknown(column.Name);
                continue;
            }

            merged.Add(new ComputedTableColumn(column.Name.Name, value.Type, column.Name.Span, column.Comment?.Value, column.Expression, Text(column.Expression)));
        }

        merged.InOrderOf([.. create.Columns.Select(c => c.Name.Name)]);
    }

    private void BindKey(CreateTableStatement create, MergedTable merged)
    {
        foreach (var unique in create.PrimaryKeys.Where(k => k.Unique))
        {
            context.Error(unique.Keyword, "UNIQUE is not supported; PRIMARY KEY (...) NOT ENFORCED is");
        }

        var keys = create.PrimaryKeys.Where(k => !k.Unique).ToList();
        if (keys.Count > 1)
        {
            context.Error(keys[1].Keyword, "a table has one PRIMARY KEY; name all its columns in one: PRIMARY KEY (a, b) NOT ENFORCED");
        }

        if (keys.Count > 0)
        {
            if (keys[0].Enforced != false)
            {
                context.Error(keys[0].Keyword, "write PRIMARY KEY (...) NOT ENFORCED: nothing checks here that a key occurs once");
            }

            merged.SetKey(keys[0]);
        }
    }

    private void CheckWatermarks(MergedTable merged)
    {
        var scope = ScopeOf(merged.Columns);
        var binder = context.Binder();
        foreach (var watermark in merged.Watermarks)
        {
            var parts = watermark.Column.Split('.').Select(p => new Identifier(watermark.Span, p)).ToList();
            if (scope.Resolve(new QualifiedName(watermark.Span, parts), context.Errors) is not { } column)
            {
                continue;
            }

            if (!column.Type.IsTimestamp || column.Type.Precision > MaxWatermarkPrecision)
            {
                context.Error(watermark.Span, $"the column of a WATERMARK is a TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to {MaxWatermarkPrecision}, and '{watermark.Column}' is {column.Type.Nullable()}");
            }
            else if (binder.Bind(watermark.Expression, scope) is { } value && !value.Type.IsTimestamp)
            {
                context.Error(watermark.Expression.Span, $"a WATERMARK is a timestamp, and this is {value.Type.Nullable()}");
            }
        }
    }

    /// <summary>Columns by their place in the table, without the name of a table.</summary>
    private static Scope ScopeOf(IReadOnlyList<TableColumnDefinition> columns) => new([.. columns.Select((c, i) => new ScopeColumn(null, c.Name, c.Type, i))]);

    private string Text(Expression expression) => context.Source.Written(expression.Span);
}
