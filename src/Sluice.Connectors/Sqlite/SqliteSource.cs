using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using SQLitePCL;

namespace Sluice.Connectors.Sqlite;

/// <summary>What is read from SQLite, frozen.</summary>
internal sealed record SqliteSettings(string Path, Place Place, IReadOnlyList<PlacedText> Tables, IReadOnlyList<PlacedText> Queries, IReadOnlyList<string> Columns, string? Where);

/// <summary>Tables or queries of a file; each is one split.</summary>
internal sealed class SqliteSource(SqliteSettings settings) : ISource
{
    public static readonly Option<string?> PathOption = new("path", "text", null,
        (node, self) => node.IsScalar && node.Text.Length > 0 ? node.Text : throw new ConfigException(node.Place, $"'path' is {node.Show()}; allowed: {self.ValueKind}"),
        "The database file; a relative path counts from the script's folder. It is opened for reading only.")
    { IsRequired = true };

    /// <summary>SQLite takes a quoted <c>"name"</c> that names no column for a text; with backticks it does not.</summary>
    private static readonly Quoting s_quoting = Quoting.Backticks;

    public static IReadOnlyList<IOption> Options { get; } = [PathOption, SelectOptions.Table, SelectOptions.Column, SelectOptions.Where, SelectOptions.QuerySql];

    public string Name => $"sqlite {settings.Path}";

    public Schema? Schema { get; } = ColumnItems.SchemaOf(settings.Columns);

    public bool IsBounded => true;

    public static ISource Create(OptionBag bag, ConnectorContext context)
    {
        var place = bag.PlaceOf(PathOption);
        var path = Path.GetFullPath(bag.Take(PathOption)!, context.BaseDirectory);
        var tables = SelectOptions.Tables(bag.Take(SelectOptions.Table));
        var queries = SelectOptions.Queries(bag.Take(SelectOptions.QuerySql));
        var columns = bag.Take(SelectOptions.Column);
        var where = SelectOptions.Condition(bag.Take(SelectOptions.Where));
        bag.RefuseLeftovers();
        if (tables.Count + queries.Count == 0)
        {
            throw new ConfigException(bag.Place, "there is nothing to read: give 'table' or 'querySql'");
        }

        IReadOnlyList<string> listed = queries.Count > 0 ? [] : SelectOptions.Columns(columns, bag.PlaceOf(SelectOptions.Column));
        return new SqliteSource(new SqliteSettings(path, place, queries.Count > 0 ? [] : tables, queries, listed, where));
    }

    public IEnumerable<string> Explain() => settings.Queries.Count > 0
        ? settings.Queries.Select(q => q.Text)
        : settings.Tables.Select(t => Select(t, ColumnItems.Of(settings.Columns, null, s_quoting)));

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop)
    {
        using var database = SqliteDatabase.Open(settings.Path, settings.Place);
        var splits = new List<SqliteSplit>();
        var star = new StarColumns(settings.Columns);
        Schema? schema = null;
        foreach (var table in settings.Tables)
        {
            using var all = database.Prepare($"SELECT * FROM {Quoted(table)}", table.Place);
            Add(table.Text, Select(table, star.Items(table, [.. all.Fields.Select(f => f.Name)], s_quoting)), table.Place);
        }

        for (var i = 0; i < settings.Queries.Count; i++)
        {
            Add($"query#{i + 1}", settings.Queries[i].Text, settings.Queries[i].Place);
        }

        return Task.FromResult(new SourcePlan(schema!, splits));

        void Add(string id, string sql, Place place)
        {
            using var statement = database.Prepare(sql, place);
            schema ??= new Schema(statement.Fields);
            if (statement.Fields.Count != schema.Count)
            {
                throw new ConfigException(place, $"'{id}' gives {statement.Fields.Count} columns, '{splits[0].Id}' gives {schema.Count}: all must give the same number");
            }

            splits.Add(new SqliteSplit(splits.Exists(s => s.Id == id) ? $"{id}@{splits.Count + 1}" : id, sql, place));
        }
    }

    public IEnumerable<KeyValuePair<string, string>> Fingerprint() =>
        [new("path", settings.Path), new("table", string.Join('\n', settings.Tables.Select(t => t.Text))), new("querySql", string.Join('\n', settings.Queries.Select(q => q.Text))),
            new("column", string.Join('\n', settings.Columns)), new("where", settings.Where ?? "")];

    /// <summary>Always from the beginning: no order is certain, so there is no position in between.</summary>
    public ISplitReader Open(Split split, ReaderContext context) => new SqliteSplitReader(settings, (SqliteSplit)split, context.Pool);

    private string Select(PlacedText table, IReadOnlyList<string> items) => SelectText.Of(items, Quoted(table), settings.Where);

    private static string Quoted(PlacedText table) => s_quoting.QuoteTable(s_quoting.Parts(table));
}

/// <summary>One query on the file.</summary>
internal sealed class SqliteSplit(string id, string sql, Place place) : Split(id)
{
    public string Sql { get; } = sql;

    public Place Place { get; } = place;

    public override bool IsWhole => true;

    public override string Describe() => Sql;
}
