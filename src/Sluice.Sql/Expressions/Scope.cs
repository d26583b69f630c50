using Sluice.Engine.Options;
using Sluice.Engine.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions;

/// <summary>A column that a name may mean.</summary>
/// <param name="Table">The alias or name of its table, or null where it has none.</param>
/// <param name="Index">Where it stands in the rows.</param>
internal sealed record ScopeColumn(string? Table, string Name, SqlType Type, int Index);

/// <summary>What names mean at some place of a query. Names keep their case, as in Flink.</summary>
internal sealed class Scope(IReadOnlyList<ScopeColumn> columns)
{
    public static Scope Empty { get; } = new([]);

    public IReadOnlyList<ScopeColumn> Columns { get; } = columns;

    /// <summary>Resolves <c>a</c>, <c>t.a</c>, and fields of rows behind both: <c>t.a.b.c</c>.</summary>
    /// <returns>Null after an error was reported.</returns>
    public BoundExpression? Resolve(QualifiedName name, ErrorList errors)
    {
        var parts = name.Parts;
        if (parts.Count > 1 && Columns.Where(c => c.Table == parts[0].Name).ToList() is { Count: > 0 } table)
        {
            if (Find(table, parts[1], name.Span, errors, out var failed) is { } qualified)
            {
                return Fields(qualified, name, 2, errors);
            }

            // A column of that name, with fields, may stand beside a table of that name.
            if (failed || Columns.All(c => c.Name != parts[0].Name))
            {
                return failed ? null : Unknown(parts[1], table, $"table '{parts[0].Name}'", errors);
            }
        }

        return Find(Columns, parts[0], name.Span, errors, out var ambiguous) is { } column
            ? Fields(column, name, 1, errors)
            : ambiguous ? null : Unknown(name, errors);
    }

    /// <summary>A field of a row.</summary>
    public static BoundExpression? Field(BoundExpression row, Identifier field, SourceSpan span, ErrorList errors)
    {
        if (row.Type.Kind != TypeKind.Row)
        {
            errors.Add(field.Span, $"'{field.Name}' is asked of a value of type {row.Type}, which has no fields; only a ROW has");
            return null;
        }

        var fields = row.Type.Fields;
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == field.Name)
            {
                return new BoundField(row, i, fields[i].Type.Nullable(fields[i].Type.IsNullable || row.Type.IsNullable), span);
            }
        }

        errors.Add(field.Span, $"the row has no field '{field.Name}'; {Suggest(field.Name, [.. fields.Select(f => f.Name)], "fields")}");
        return null;
    }

    private static BoundColumn? Find(IReadOnlyList<ScopeColumn> among, Identifier name, SourceSpan span, ErrorList errors, out bool ambiguous)
    {
        var found = among.Where(c => c.Name == name.Name).ToList();
        ambiguous = found.Count > 1;
        if (ambiguous)
        {
            var choices = string.Join(" or ", found.Select(c => c.Table is null ? c.Name : $"{c.Table}.{c.Name}"));
            errors.Add(name.Span, $"column '{name.Name}' is ambiguous; write {choices}");
        }

        return found.Count == 1 ? new BoundColumn(found[0].Index, found[0].Name, found[0].Type, span) : null;
    }

    private static BoundExpression? Fields(BoundColumn column, QualifiedName name, int from, ErrorList errors)
    {
        BoundExpression? value = column;
        for (var i = from; i < name.Parts.Count && value is not null; i++)
        {
            value = Field(value, name.Parts[i], name.Span, errors);
        }

        return value;
    }

    private BoundExpression? Unknown(QualifiedName name, ErrorList errors)
    {
        var tables = Columns.Select(c => c.Table).OfType<string>().Distinct().ToList();
        if (name.Parts.Count > 1 && tables.Count > 0)
        {
            errors.Add(name.Parts[0].Span, $"there is no table or column '{name.Parts[0].Name}' here; {Suggest(name.Parts[0].Name, [.. tables, .. Columns.Select(c => c.Name)], "tables and columns")}");
            return null;
        }

        return Unknown(name.Parts[0], Columns, null, errors);
    }

    private static BoundExpression? Unknown(Identifier name, IReadOnlyList<ScopeColumn> among, string? where, ErrorList errors)
    {
        errors.Add(name.Span, among.Count == 0
            ? $"there is no column '{name.Name}': no columns are known here"
            : $"there is no column '{name.Name}'{(where is null ? "" : $" in {where}")}; {Suggest(name.Name, [.. among.Select(c => c.Name)], "columns")}");
        return null;
    }

    private static string Suggest(string given, IReadOnlyList<string> known, string what)
    {
        var distinct = known.Distinct().ToList();
        return NearestName.Of(given, distinct) is { } near
            ? $"did you mean '{near}'?"
            : $"the {what} are {string.Join(", ", distinct.Take(20))}{(distinct.Count > 20 ? ", ..." : "")}";
    }
}
