using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.MySql;

/// <summary>What is read from MySQL, frozen.</summary>
/// <param name="Columns">As the user listed them; empty where only queries are read.</param>
internal sealed record MySqlSettings(IReadOnlyList<MySqlShard> Shards, IReadOnlyList<string> Columns, string? Where, PlacedText? SplitKey, int SplitFactor);

/// <summary>A server or database, and what is read there: tables or queries.</summary>
/// <param name="Candidates">The first that can be reached is used.</param>
internal sealed record MySqlShard(Place Place, IReadOnlyList<MySqlEndpoint> Candidates, IReadOnlyList<PlacedText> Tables, IReadOnlyList<PlacedText> Queries);

/// <summary>The options of a MySQL source (S-5, S-10).</summary>
internal static partial class MySqlOptions
{
    public static readonly Option<OptionNode?> DataSource = Option.Node("datasource", "text", "The name of a data source that holds the connection options; those given here win.");
    public static readonly Option<OptionNode?> Connection = Option.Node("connection", "list of objects",
        "What to read where: objects with `datasource`, `table`, `querySql` and any connection option. Several stand for several servers or databases with the same columns.");
    public static readonly Option<string?> SplitPk = Option.Text("splitPk", null,
        "An integer or text column, best the primary key, by whose values tables are cut into slices that are read in parallel.");
    public static readonly Option<long> SplitFactor = Option.Integer("splitFactor", 5, "How many slices there are for each task that runs at a time.", 1, 1000);
    public static readonly Option<OptionNode?> Session = Option.Node("session", "list of texts", "SET statements that are run after connecting.");
    public static readonly Option<string?> TimeZone = Option.Text("timeZone", "UTC", "The session's time zone, in which TIMESTAMP values are printed: `UTC`, an offset such as `+08:00`, or a name that the server knows.");
    public static readonly Option<string?> Encoding = Option.Text("encoding", null, "UTF-8 only. The server converts whatever character set its tables have.");
    public static readonly Option<long?> FetchSize = Option.OptionalInteger("fetchSize", "Accepted and without effect: rows are streamed.");

    private static readonly string[] s_utf8 = ["utf8", "utf-8", "utf8mb3", "utf8mb4"];

    public static IReadOnlyList<IOption> All { get; } =
    [
        DataSource, Connection, SelectOptions.Table, SelectOptions.Column, SelectOptions.Where, SelectOptions.QuerySql, SplitPk, SplitFactor,
        TimeZone, Session, Encoding, FetchSize, .. EndpointOptions.All,
    ];

    /// <exception cref="ConfigException">Something is missing, of the wrong kind, or contradicts itself.</exception>
    public static MySqlSettings Take(OptionBag bag, ConnectorContext context)
    {
        var tables = SelectOptions.Tables(bag.Take(SelectOptions.Table));
        var queries = SelectOptions.Queries(bag.Take(SelectOptions.QuerySql));
        var columns = bag.Take(SelectOptions.Column);
        var where = SelectOptions.Condition(bag.Take(SelectOptions.Where));
        var key = bag.Take(SplitPk) is { } name && !string.IsNullOrWhiteSpace(name) ? new PlacedText(name.Trim(), bag.PlaceOf(SplitPk)) : null;
        var factor = (int)bag.Take(SplitFactor);
        CheckEncoding(bag);
        _ = bag.Take(FetchSize);
        var session = (TakeTimeZone(bag), TakeSession(bag));
        var shards = TakeShards(bag, context, tables, queries, session);
        bag.RefuseLeftovers();
        var listed = shards.Any(s => s.Queries.Count == 0) ? SelectOptions.Columns(columns, bag.PlaceOf(SelectOptions.Column)) : [];
        return new MySqlSettings(shards, listed, where, key, factor);
    }

    private static List<MySqlShard> TakeShards(OptionBag bag, ConnectorContext context, IReadOnlyList<PlacedText> tables, IReadOnlyList<PlacedText> queries,
        (string TimeZone, IReadOnlyList<string> Statements) session)
    {
        var sources = new DataSources(context);
        var stepInline = EndpointOptions.Take(bag);
        var stepSource = bag.Take(DataSource);
        var connection = bag.Take(Connection);
        var entries = connection switch
        {
            null => [],
            { Kind: OptionKind.List, Items.Count: > 0 } => connection.Items,
            { Kind: OptionKind.Map } => [connection],
            _ => throw new ConfigException(connection.Place, $"'connection' is {(connection.Kind == OptionKind.List ? "empty" : connection.Show())}; allowed: {Connection.ValueKind}"),
        };
        if (entries.Count == 0)
        {
            return [Shard(bag.Place, stepInline.Over(sources.Get(stepSource)), tables, queries)];
        }

        var shards = new List<MySqlShard>();
        foreach (var entry in entries)
        {
            var own = entry.Kind == OptionKind.Map ? new OptionBag(entry, context.Report)
                : throw new ConfigException(entry.Place, $"'connection' holds {entry.Show()}; allowed: {Connection.ValueKind}");
            var ownTables = SelectOptions.Tables(own.Take(SelectOptions.Table));
            var ownQueries = SelectOptions.Queries(own.Take(SelectOptions.QuerySql));
            var endpoint = EndpointOptions.Take(own).Over(stepInline).Over(sources.Get(own.Take(DataSource) ?? stepSource));
            own.RefuseLeftovers();
            shards.Add(Shard(entry.Place, endpoint, ownTables.Count > 0 ? ownTables : tables, ownQueries.Count > 0 ? ownQueries : queries));
        }

        return shards;

        MySqlShard Shard(Place place, EndpointOptions endpoint, IReadOnlyList<PlacedText> its, IReadOnlyList<PlacedText> queried) => its.Count + queried.Count == 0
            ? throw new ConfigException(place, "there is nothing to read: give 'table' or 'querySql'")
            : new MySqlShard(place, [.. endpoint.ToEndpoints(place, context.BaseDirectory).Select(e => e with { TimeZone = session.TimeZone, Session = session.Statements })],
                queried.Count > 0 ? [] : its, queried);
    }

    private static void CheckEncoding(OptionBag bag)
    {
        if (bag.Take(Encoding) is { Length: > 0 } encoding && !s_utf8.Contains(encoding, StringComparer.OrdinalIgnoreCase))
        {
            throw new ConfigException(bag.PlaceOf(Encoding),
                $"'encoding' is \"{encoding}\"; allowed: {string.Join(", ", s_utf8)}. The server converts every table to UTF-8 by itself: drop the option");
        }
    }

    private static IReadOnlyList<string> TakeSession(OptionBag bag) =>
        [.. SelectOptions.Texts(Session, bag.Take(Session)).Select(s => s.Text.StartsWith("set ", StringComparison.OrdinalIgnoreCase)
            ? SelectText.Trim(s.Text)
            : throw new ConfigException(s.Place, $"'session' holds \"{s.Text}\"; allowed: SET statements"))];

    /// <summary>As <c>SET time_zone</c> takes it: UTC and offsets are brought into the form <c>+08:00</c>, names stay.</summary>
    private static string TakeTimeZone(OptionBag bag)
    {
        var text = (bag.Take(TimeZone) ?? "").Trim();
        var match = TimeZoneText().Match(text);
        if (!match.Success)
        {
            throw new ConfigException(bag.PlaceOf(TimeZone), $"'timeZone' is \"{text}\"; allowed: UTC, an offset such as +08:00, or a name such as Asia/Shanghai");
        }

        if (match.Groups["name"].Success)
        {
            return text;
        }

        var hours = match.Groups["hours"].Success ? int.Parse(match.Groups["hours"].Value, CultureInfo.InvariantCulture) : 0;
        return $"{(match.Groups["sign"].Value == "-" ? '-' : '+')}{hours:00}:{(match.Groups["minutes"].Success ? match.Groups["minutes"].Value : "00")}";
    }

    [GeneratedRegex(@"^((UTC|GMT|Z)?((?<sign>[+-])(?<hours>\d{1,2})(:?(?<minutes>\d{2}))?)?|(?<name>[A-Za-z][A-Za-z0-9_+\-/]*))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TimeZoneText();

    /// <summary>Reads each named data source once, so that what is wrong in it is said once.</summary>
    private sealed class DataSources(ConnectorContext context)
    {
        private readonly Dictionary<string, EndpointOptions> _read = new(StringComparer.Ordinal);

        public EndpointOptions Get(OptionNode? name)
        {
            if (name is null)
            {
                return new EndpointOptions();
            }

            if (!name.IsScalar)
            {
                throw new ConfigException(name.Place, $"'{DataSource.Name}' is {name.Show()}; allowed: {DataSource.ValueKind}");
            }

            if (!_read.TryGetValue(name.Text, out var options))
            {
                var bag = new OptionBag(context.DataSource(name, MySqlPlugin.Word), context.Report);
                _read[name.Text] = options = EndpointOptions.Take(bag);
                bag.RefuseLeftovers();
            }

            return options;
        }
    }
}
