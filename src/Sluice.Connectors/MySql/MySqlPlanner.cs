using System.Globalization;
using System.Text;
using Sluice.Connectors.MySql.Slicing;
using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.MySql;

/// <summary>Asks the servers what the tables look like and cuts them into splits. Blocks; runs on a thread of its own.</summary>
/// <param name="needsOrder">Whether slices must be read in key order, whatever that costs.</param>
internal sealed class MySqlPlanner(MySqlSettings settings, int parallelism, bool needsOrder, TimeProvider clock, CancellationToken stop)
{
    private static readonly Quoting s_quoting = Quoting.Backticks;

    private readonly List<MySqlSplit> _splits = [];
    private readonly StarColumns _star = new(settings.Columns);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly int _slicesPerTable = parallelism == 1
        ? 1
        : Math.Max(1, parallelism * settings.SplitFactor / Math.Max(1, settings.Shards.Sum(s => s.Tables.Count)));

    private Schema? _schema;
    private string _first = "";
    private long? _rows = settings.Where is null && settings.Shards.All(s => s.Queries.Count == 0) ? 0 : null;

    public SourcePlan Plan()
    {
        foreach (var shard in settings.Shards)
        {
            using var connection = Connect(shard);
            foreach (var table in shard.Tables)
            {
                PlanTable(connection, table);
            }

            for (var i = 0; i < shard.Queries.Count; i++)
            {
                var query = shard.Queries[i];
                Agree(connection.Prepare(query.Text, query.Place), $"querySql {i + 1}", query.Place);
                Add(connection.Endpoint, Qualified(connection.Endpoint, "query") + $"#{i + 1}", [Slice.Whole], null, query.Text, query.Place);
            }
        }

        return new SourcePlan(_schema!, _splits, _rows);
    }

    /// <summary>The first of the shard's servers that can be reached; what the last one says where none can.</summary>
    private MySqlConnection Connect(MySqlShard shard)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return MySqlConnection.Open(shard.Candidates[i], shard.Place, clock, stop);
            }
            catch (EndpointException) when (i + 1 < shard.Candidates.Count)
            {
                // The next one may answer.
            }
        }
    }

    private void PlanTable(MySqlConnection connection, PlacedText name)
    {
        var parts = s_quoting.Parts(name);
        var table = s_quoting.QuoteTable(parts);
        IReadOnlyList<string> own = [.. Columns(connection, $"SELECT * FROM {table} LIMIT 0", name.Place).Select(c => c.Name)];
        var items = _star.Items(name, own, s_quoting);
        Agree(Columns(connection, SelectText.Of(items, table, settings.Where) + " LIMIT 0", name.Place), $"table '{name.Text}'", name.Place);
        var id = parts.Count > 1 ? string.Join('.', parts) : Qualified(connection.Endpoint, name.Text);
        var (query, slices) = Slices(connection, new TableQuery(items, table, settings.Where, null), own, parts);
        Add(connection.Endpoint, id, slices, query, "", name.Place);

        if (_rows is not null)
        {
            _rows += EstimateRows(connection, parts) ?? 0;
        }
    }

    private static IReadOnlyList<MySqlColumn> Columns(MySqlConnection connection, string sql, Place place)
    {
        using var result = connection.Query(sql, place);
        _ = result.ToList();
        return result.Columns;
    }

    private void Agree(IReadOnlyList<MySqlColumn> columns, string what, Place place)
    {
        if (_schema is null)
        {
            _schema = new Schema([.. columns.Select(c => new Field(c.Name, c.DataType))]);
            _first = what;
        }
        else if (_schema.Count != columns.Count)
        {
            throw new ConfigException(place, $"{what} gives {columns.Count} columns, {_first} gives {_schema.Count}: all must give the same number");
        }
    }

    private (TableQuery Query, IReadOnlyList<Slice> Slices) Slices(MySqlConnection connection, TableQuery query, IReadOnlyList<string> columns, IReadOnlyList<string> parts)
    {
        if (settings.SplitKey is not { } key)
        {
            return (query, [Slice.Whole]);
        }

        var name = s_quoting.Parts(key) is [var only] ? only : key.Text;
        if (!ColumnItems.IsName(name, columns))
        {
            throw new ConfigException(key.Place, $"'splitPk' is \"{key.Text}\"; allowed: the name of one column of the table");
        }

        query = query with { Key = s_quoting.Quote(name) };
        var slicer = new Slicer(connection, query.Table, query.Key, key, settings.Where);
        var column = slicer.KeyColumn();
        var slices = slicer.Cut(column, _slicesPerTable);
        return (query with { Order = new KeyOrders(connection, needsOrder).Find(query, slices[0], column, parts) }, slices);
    }

    private void Add(MySqlEndpoint endpoint, string name, IReadOnlyList<Slice> slices, TableQuery? query, string statement, Place place)
    {
        // The same table on another server.
        var unique = name;
        for (var i = 2; !_names.Add(unique); i++)
        {
            unique = $"{name}@{i}";
        }

        _splits.AddRange(slices.Select(slice => new MySqlSplit(unique, slice, endpoint, query, statement, place)));
    }

    private static string Qualified(MySqlEndpoint endpoint, string name) => endpoint.Database is null ? name : $"{endpoint.Database}.{name}";

    /// <summary>The server's own estimate; null for a view, or where it says nothing.</summary>
    private static long? EstimateRows(MySqlConnection connection, IReadOnlyList<string> parts)
    {
        var schema = parts.Count > 1 ? Literal(parts[^2]) : "DATABASE()";
        using var result = connection.Query($"SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {Literal(parts[^1])}", null);
        return result.ToList() is [[{ } rows]] && long.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    private static string Literal(string text) => SqlLiteral.Text(Encoding.UTF8.GetBytes(text));
}
