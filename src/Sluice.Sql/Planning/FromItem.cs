using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>What stands in FROM: rows, and what names mean over them. Each column of the scope is a column of the rows.</summary>
internal sealed record FromItem(Relation Rows, IReadOnlyList<ScopeColumn> Columns)
{
    public Scope Scope => new(Columns);

    /// <summary>All columns of the rows under the name of a table.</summary>
    public static FromItem Of(Relation rows, string? table) => new(rows, [.. rows.Columns.Select((c, i) => new ScopeColumn(table, c.Name, c.Type, i))]);
}
