using System.Globalization;
using Sluice.Connectors.Redis.Delivery;
using Sluice.Connectors.Redis.Writes;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis;

/// <summary>One entry of the writer's <c>column</c>: a name for a source column, and the JSON form it must take.</summary>
/// <param name="Type">int, long, double, string or bool; null decides by the column's type.</param>
internal sealed record NamedColumn(string Name, int Index, string? Type, Place Place);

/// <summary>The parameters of the Redis writer in a job script (S-12 to S-19), checked and frozen.</summary>
internal sealed record RedisWriterSettings
{
    private static readonly Option<OptionNode?> s_dataSource = Option.Node("datasource", "text", "Name of an entry in `datasources.json`.");
    private static readonly Option<OptionNode?> s_keyIndexes = new("keyIndexes", "integer, or list of integers", null, (node, _) => node, "Source columns that make the key, counted from 0, joined in this order.") { IsRequired = true };
    private static readonly Option<string?> s_keyDelimiter = Option.Text("keyFieldDelimiter", "\u0001", "Stands between the columns of a key.");
    private static readonly Option<string?> s_dateFormat = Option.Text("dateFormat", null, "Pattern for date and time columns in Java's letters, such as `yyyy-MM-dd HH:mm:ss`. Absent: as the source prints them.");
    private static readonly Option<long?> s_selectDatabase = Option.OptionalInteger("selectDatabase", "Index of the database; wins over the data source's.", 0, int.MaxValue);
    private static readonly Option<OptionNode?> s_writeMode = Option.Node("writeMode", "object with type, mode and valueFieldDelimiter", "What becomes of a record; absent: `string`/`set`.");
    private static readonly Option<string?> s_type = Option.Text("type", null, "In `writeMode`, or flat as in the open dialect: string, list, set, zset or hash.");
    private static readonly Option<string?> s_mode = Option.Text("mode", null, "Beside `type`, the command: set; lpush, rpush; sadd; zadd; hset, hmset.");
    private static readonly Option<string?> s_valueDelimiter = Option.Text("valueFieldDelimiter", "\u0001", "Beside `type`: stands between the value columns of string, list and set.");
    private static readonly Option<OptionNode?> s_expireTime = Option.Node("expireTime", "object with seconds or unixtime, or a number of seconds", "When the key expires; 0 or absent: never.");
    private static readonly Option<long> s_seconds = Option.Integer("seconds", 0, "Seconds from the write.", 0, int.MaxValue);
    private static readonly Option<long> s_unixTime = Option.Integer("unixtime", 0, "Seconds since 1970-01-01 00:00:00 UTC.", 0, 253_402_300_799);
    private static readonly Option<long> s_batchSize = Option.Integer("batchSize", 1000, "Records per flush and acknowledgement (at most 4096 rows or 1 MiB go in one).", 1, int.MaxValue);
    private static readonly Option<long> s_timeout = Option.Integer("timeout", 30_000, "Milliseconds that one flush may take with all its attempts.", 1, int.MaxValue);
    private static readonly Option<string?> s_redisMode = Option.Text("redisMode", null, "Empty for a single server; `ClusterMode` (or `clusterDirectMode`) for a Redis Cluster.");
    private static readonly Option<OptionNode?> s_column = Option.Node("column", "list of objects with name, index and type", "With string: the value is a JSON object of these. With hash: each is a field.");
    private static readonly Option<string?> s_name = new("name", "text", null, (node, _) => node.Text, "Name in the JSON object, or of the field.") { IsRequired = true };
    private static readonly Option<long> s_index = new("index", "integer from 0", 0, (node, _) => Option.Integer("index", 0, "", 0, int.MaxValue).Read(node), "Source column, counted from 0.") { IsRequired = true };
    private static readonly Option<string?> s_columnType = new("type", "one of int, long, double, string, bool", null,
        (node, self) => node.Text.ToLowerInvariant() is "int" or "long" or "double" or "string" or "bool" ? node.Text.ToLowerInvariant() : throw Wrong(node, self), "Forces the JSON form.");
    private static readonly Option<string> s_delivery = Option.Choice("deliveryGuarantee", "at-least-once", ["at-least-once", "exactly-once"], "`exactly-once` stores the source's position in Redis in one unit with the rows before it; of a MySQL table it needs a `splitPk` ([more](../delivery.md)).");
    private static readonly Option<TimeSpan> s_positionRetention = Option.Duration("positionRetention", TimeSpan.FromDays(7), "With `exactly-once`: how long the positions of a finished job are kept; until then running it again writes nothing.");

    public static IReadOnlyList<IOption> Options { get; } =
    [
        s_dataSource, s_keyIndexes, s_keyDelimiter, s_writeMode, s_type, s_mode, s_valueDelimiter, s_column, s_expireTime, s_dateFormat,
        s_batchSize, s_timeout, s_selectDatabase, s_redisMode, s_delivery, s_positionRetention, .. RedisConnectionSettings.Options,
    ];

    public required RedisOptions Server { get; init; }

    public required WriteMode Mode { get; init; }

    public required IReadOnlyList<int> KeyIndexes { get; init; }

    public required Place KeyIndexesPlace { get; init; }

    public required byte[] KeyDelimiter { get; init; }

    public required byte[] ValueDelimiter { get; init; }

    /// <summary>Null where the values are the columns that are not in the key.</summary>
    public IReadOnlyList<NamedColumn>? Columns { get; init; }

    public Values.DateFormat? DateFormat { get; init; }

    public required Expiry Expiry { get; init; }

    public int BatchSize { get; init; }

    public TimeSpan Timeout { get; init; }

    /// <summary>Whether positions go in one unit with the rows (S-27).</summary>
    public bool IsExactlyOnce { get; init; }

    /// <summary>Whether rows and their position are applied in one step: of a unit, or in a cluster of what a unit has in a slot, where
    /// repeating rows would not do.</summary>
    public bool HasUnits => IsExactlyOnce && (Server.Cluster is null || !Mode.IsRepeatable);

    public required Place DeliveryPlace { get; init; }

    public TimeSpan PositionRetention { get; init; }

    public required Place Place { get; init; }

    /// <exception cref="ConfigException">A parameter is missing, wrong, or not there yet.</exception>
    public static RedisWriterSettings Take(OptionBag own, ConnectorContext context)
    {
        var bag = own.Take(s_dataSource) is { Text.Length: > 0 } name
            ? own.Over(new OptionBag(context.DataSource(name, "redis"), context.Report))
            : own;
        var isCluster = TakeRedisMode(bag);
        var selectDatabase = bag.Take(s_selectDatabase);
        var keyIndexes = TakeKeyIndexes(bag);
        var (mode, valueDelimiter) = TakeMode(bag);
        var settings = new RedisWriterSettings
        {
            Place = bag.Place,
            KeyIndexes = keyIndexes,
            KeyIndexesPlace = bag.PlaceOf(s_keyIndexes),
            KeyDelimiter = TakeDelimiter(bag, s_keyDelimiter),
            Mode = mode,
            ValueDelimiter = valueDelimiter,
            Columns = TakeColumns(bag, mode),
            DateFormat = bag.Take(s_dateFormat) is { Length: > 0 } pattern ? Values.DateFormat.Parse(pattern, bag.PlaceOf(s_dateFormat)) : null,
            Expiry = TakeExpiry(bag, context.Clock),
            BatchSize = (int)bag.Take(s_batchSize),
            Timeout = TimeSpan.FromMilliseconds(bag.Take(s_timeout)),
            IsExactlyOnce = bag.Take(s_delivery) == "exactly-once",
            DeliveryPlace = bag.PlaceOf(s_delivery),
            PositionRetention = Retention.Take(bag, s_positionRetention),
            Server = RedisConnectionSettings.Take(bag, context.Concurrent, selectDatabase, context.BaseDirectory, isCluster: isCluster),
        };
        if (settings.Server.Cluster is not null && selectDatabase > 0)
        {
            throw new ConfigException(bag.PlaceOf(s_selectDatabase), $"'selectDatabase' is {selectDatabase}, and a Redis Cluster has database 0 alone; remove it");
        }

        settings.CheckDelivery(bag.Has(s_positionRetention), bag.PlaceOf(s_positionRetention));
        bag.RefuseLeftovers();
        return settings;
    }

    /// <returns>Whether it says that the servers are nodes of a cluster.</returns>
    private static bool TakeRedisMode(OptionBag bag) => bag.Take(s_redisMode) switch
    {
        null or "" => false,
        { } mode when mode.ToLowerInvariant() is "clustermode" or "clusterdirectmode" => true,
        { } mode => throw new ConfigException(bag.PlaceOf(s_redisMode), $"'redisMode' is \"{mode}\"; allowed: empty for a single server, or ClusterMode"),
    };

    private void CheckDelivery(bool hasRetention, Place retentionPlace)
    {
        if (!IsExactlyOnce && hasRetention)
        {
            throw new ConfigException(retentionPlace, $"'{s_positionRetention.Name}' goes with 'deliveryGuarantee' exactly-once; remove it, or ask for that");
        }
    }

    private static List<int> TakeKeyIndexes(OptionBag bag)
    {
        var node = bag.Take(s_keyIndexes)!;
        var items = node.Kind == OptionKind.List ? node.Items : [node];
        var indexes = items.Select(item => item.IsScalar && int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new ConfigException(item.Place, $"'keyIndexes' is {item.Show()}; allowed: an integer from 0, or a list of integers such as [0, 1]")).ToList();
        if (indexes.Count == 0)
        {
            throw new ConfigException(node.Place, "'keyIndexes' is empty; it takes the index of at least one source column, counted from 0");
        }

        return indexes.GroupBy(i => i).FirstOrDefault(g => g.Count() > 1) is { } repeated
            ? throw new ConfigException(node.Place, $"'keyIndexes' names column {repeated.Key} more than once")
            : indexes;
    }

    private static (WriteMode Mode, byte[] Delimiter) TakeMode(OptionBag bag)
    {
        var inner = bag.TakeMap(s_writeMode);
        if (inner is not null && (bag.Has(s_type) || bag.Has(s_mode) || bag.Has(s_valueDelimiter)))
        {
            throw new ConfigException(bag.PlaceOf(s_writeMode), "'writeMode' is given, and 'type', 'mode' or 'valueFieldDelimiter' beside it; give them inside 'writeMode' only");
        }

        var from = inner ?? bag;
        var type = from.Take(s_type);
        var mode = from.Take(s_mode);
        var found = WriteModes.Find(type, mode, from.PlaceOf(s_type), from.PlaceOf(s_mode));
        var delimiter = TakeDelimiter(from, s_valueDelimiter);
        inner?.RefuseLeftovers();
        return (found, delimiter);
    }

    private static byte[] TakeDelimiter(OptionBag bag, Option<string?> option)
    {
        if (bag.NodeOf(option) is { Kind: not OptionKind.Text } node)
        {
            throw new ConfigException(node.Place, $"'{option.Name}' is {node.Show()}; allowed: text");
        }

        var text = bag.Take(option)!;
        var decoded = Delimiter.Decode(text);
        if (decoded != text)
        {
            bag.Report.Warn(bag.PlaceOf(option), $"'{option.Name}' \"{text}\" is taken as the character it names, {Delimiter.Show(decoded)}; in JSON it is written \"{Delimiter.Escape(decoded)}\"");
        }

        return System.Text.Encoding.UTF8.GetBytes(decoded);
    }

    private static List<NamedColumn>? TakeColumns(OptionBag bag, WriteMode mode)
    {
        if (bag.Take(s_column) is not { } node)
        {
            return null;
        }

        if (!mode.TakesColumns)
        {
            throw new ConfigException(node.Place, $"'column' goes with the types string and hash, not with {mode.Type}; remove it");
        }

        if (node.Kind != OptionKind.List || node.Items.Count == 0)
        {
            throw new ConfigException(node.Place, $"'column' is {(node.Kind == OptionKind.List ? "an empty list" : node.Show())}; allowed: {s_column.ValueKind}");
        }

        var columns = node.Items.Select(item => TakeColumn(item, bag.Report, mode)).ToList();
        return columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } repeated
            ? throw new ConfigException(repeated.Last().Place, $"'column' gives the name \"{repeated.Key}\" more than once")
            : columns;
    }

    private static NamedColumn TakeColumn(OptionNode item, Report report, WriteMode mode)
    {
        if (item.Kind != OptionKind.Map)
        {
            throw new ConfigException(item.Place, $"an entry of 'column' is {item.Show()}; allowed: an object with name and index");
        }

        var bag = new OptionBag(item, report);
        var column = new NamedColumn(bag.Take(s_name)!, (int)bag.Take(s_index), bag.Take(s_columnType), item.Place);
        bag.RefuseLeftovers();
        if (column.Type is not null && mode.Type == "hash")
        {
            report.Warn(item.Place, "'type' forces a JSON form and means nothing for a field of a hash");
        }

        return column;
    }

    private static Expiry TakeExpiry(OptionBag bag, TimeProvider clock)
    {
        if (bag.Take(s_expireTime) is not { } node)
        {
            return Expiry.None;
        }

        if (node.IsScalar)
        {
            return Expiry.After(s_seconds.Read(node));
        }

        var inner = bag.TakeMap(s_expireTime)!;
        var (seconds, unixTime) = (inner.Take(s_seconds), inner.Take(s_unixTime));
        inner.RefuseLeftovers();
        if (!inner.Has(s_seconds) && !inner.Has(s_unixTime))
        {
            throw new ConfigException(node.Place, "'expireTime' has neither 'seconds' nor 'unixtime', so no key would expire; give one of them, or leave 'expireTime' out");
        }

        if (inner.Has(s_seconds) && inner.Has(s_unixTime))
        {
            throw new ConfigException(node.Place, "'expireTime' has both 'seconds' and 'unixtime'; give one of them");
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return unixTime != 0 && unixTime <= now
            ? throw new ConfigException(inner.PlaceOf(s_unixTime), $"'unixtime' {unixTime} is in the past (now is {now.ToString(CultureInfo.InvariantCulture)}); every key would be gone at once")
            : unixTime != 0 ? Expiry.At(unixTime) : Expiry.After(seconds);
    }

    private static ConfigException Wrong(OptionNode node, Option<string?> option) => new(node.Place, $"'{option.Name}' is {node.Show()}; allowed: {option.ValueKind}");
}
