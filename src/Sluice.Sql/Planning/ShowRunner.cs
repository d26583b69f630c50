using System.Text.RegularExpressions;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>DESCRIBE and SHOW: what is known where they stand in the script.</summary>
internal sealed class ShowRunner(BindingContext context)
{
    /// <returns>What is printed; null after an error was reported.</returns>
    public string? Describe(DescribeStatement describe) =>
        Columns(describe.Table) is { } columns ? DescribedColumn.Render(columns, "name") : null;

    public string? Show(ShowStatement show) => show.Kind switch
    {
        ShowKind.Tables => Names("table name", Objects(show, _ => true), show),
        ShowKind.Views => Names("view name", Objects(show, e => e is CatalogView), show),
        ShowKind.Databases => Names("database name", Databases(show), show),
        ShowKind.Catalogs => Names("catalog name", context.Catalog.Catalogs, show),
        ShowKind.Functions => Names("function name", FunctionNames.All, show),
        ShowKind.Modules => Names("module name", ["core"], show),
        ShowKind.CurrentCatalog => Names("current catalog name", [context.Catalog.CurrentCatalog], show),
        ShowKind.CurrentDatabase => Names("current database name", [context.Catalog.CurrentDatabase], show),
        ShowKind.Columns => ColumnsOf(show),
        ShowKind.CreateTable => CreateTable(show),
        ShowKind.CreateView => CreateView(show),
        _ => Refused(show),
    };

    private string? Refused(ShowStatement show)
    {
        context.Error(show.Keyword, $"SHOW {show.Kind.ToString().ToUpperInvariant()} is not supported; SHOW goes with TABLES, VIEWS, DATABASES, CATALOGS, FUNCTIONS, COLUMNS FROM, CREATE TABLE and CREATE VIEW");
        return null;
    }

    private IEnumerable<string>? Objects(ShowStatement show, Func<CatalogEntry, bool> which)
    {
        var (catalog, database) = (context.Catalog.CurrentCatalog, context.Catalog.CurrentDatabase);
        if (show.Subject is { } subject)
        {
            (catalog, database) = subject.Parts.Count > 1 ? (subject.Parts[0].Name, subject.Last.Name) : (catalog, subject.Last.Name);
            if (subject.Parts.Count > 2 || !context.Catalog.HasDatabase(catalog, database))
            {
                context.Error(subject.Span, $"there is no database '{subject}'{BindingContext.Suggestion(database, context.Catalog.Databases(catalog))}");
                return null;
            }
        }

        return context.Catalog.Entries(catalog, database).Where(which).Select(e => e.Path.Name);
    }

    private IEnumerable<string>? Databases(ShowStatement show)
    {
        var catalog = show.Subject?.ToString() ?? context.Catalog.CurrentCatalog;
        if (context.Catalog.HasCatalog(catalog))
        {
            return context.Catalog.Databases(catalog);
        }

        context.Error(show.Subject!.Span, $"there is no catalog '{catalog}'{BindingContext.Suggestion(catalog, context.Catalog.Catalogs)}");
        return null;
    }

    private static string? Names(string title, IEnumerable<string>? names, ShowStatement show) =>
        names is null ? null : TextTable.Render([title], [.. names.Where(n => Matches(n, show)).Select(n => new[] { n })]);

    private string? ColumnsOf(ShowStatement show) => show.Subject is { } table && Columns(table) is { } columns
        ? DescribedColumn.Render([.. columns.Where(c => Matches(c.Name, show))], "field")
        : null;

    private IReadOnlyList<DescribedColumn>? Columns(QualifiedName name)
    {
        switch (context.Find(name))
        {
            case CatalogTable table:
                return DescribedColumn.Of(table);
            case CatalogView view:
                return new QueryPlanner(context).View(view, name.Span)?.Columns
                    .Select(c => new DescribedColumn(c.Name, c.Type.Nullable().ToString(), c.Type.IsNullable, "", "", "", null)).ToList();
            default:
                return null;
        }
    }

    private string? CreateTable(ShowStatement show)
    {
        switch (context.Find(show.Subject!))
        {
            case CatalogTable table:
                return CreateText.Of(table);
            case CatalogView:
                context.Error(show.Subject!.Span, $"'{show.Subject}' is a view; write SHOW CREATE VIEW");
                return null;
            default:
                return null;
        }
    }

    private string? CreateView(ShowStatement show)
    {
        switch (context.Find(show.Subject!))
        {
            case CatalogView view:
                return new QueryPlanner(context).View(view, show.Subject!.Span) is { } rows ? CreateText.Of(view, [.. rows.Columns.Select(c => c.Name)], context.Source) : null;
            case CatalogTable:
                context.Error(show.Subject!.Span, $"'{show.Subject}' is a table; write SHOW CREATE TABLE");
                return null;
            default:
                return null;
        }
    }

    private static bool Matches(string name, ShowStatement show) => show.Like is null || Like(name, show.Like, show.IgnoreCase) != show.NotLike;

    private static bool Like(string name, StringLiteral pattern, bool ignoreCase)
    {
        var expression = "^" + Regex.Escape(pattern.Value).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$";
        return Regex.IsMatch(name, expression, RegexOptions.CultureInvariant | RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), TimeSpan.FromSeconds(1));
    }
}
