using Sluice.Sql.Binding;

namespace Sluice.Sql.Planning;

/// <summary>Where names of tables are looked up in a query: its WITH tables first, then a database.</summary>
/// <param name="Catalog">Null: the current one.</param>
internal sealed record QueryScope(IReadOnlyDictionary<string, Relation?> With, string? Catalog = null, string? Database = null)
{
    public static QueryScope Empty { get; } = new(new Dictionary<string, Relation?>(StringComparer.Ordinal));

    /// <summary>The names of a view's query are looked up where the view was created.</summary>
    public static QueryScope Of(CatalogView view) => Empty with { Catalog = view.Catalog, Database = view.Database };

    /// <param name="rows">Null where its query has errors: then its users are not told again.</param>
    public QueryScope And(string name, Relation? rows) =>
        this with { With = new Dictionary<string, Relation?>(With, StringComparer.Ordinal) { [name] = rows } };
}
