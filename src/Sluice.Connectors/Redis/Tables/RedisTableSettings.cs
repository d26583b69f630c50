using Sluice.Connectors.Redis.Delivery;
using Sluice.Connectors.Redis.Lookups;
using Sluice.Connectors.Redis.Tables.Modes;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>The options of a Redis sink table (S-21 to S-25), checked and frozen.</summary>
internal sealed record RedisTableSettings
{
    private static readonly TimeSpan s_retention = TimeSpan.FromDays(7);

    private static readonly Option<string?> s_mode = new("mode", "one of " + string.Join(", ", TableModes.Names), null, (node, _) => node.Text, "What a row becomes in Redis. Of a dimension table: what a row is read from; there STRING where absent.") { IsRequired = true, WhereMissing = "only a table that is looked up in, and not written, does without (it is STRING then)" };
    private static readonly Option<bool> s_flattenHash = Option.Boolean("flattenHash", false, "With HASHMAP: each column beside the key is a field of that name.");
    private static readonly Option<bool> s_ignoreDelete = Option.Boolean("ignoreDelete", false, "Drops rows that delete (`-D`, `-U`).");
    private static readonly Option<long> s_expiration = Option.Integer("expiration", 0, "Milliseconds after each write at which its key expires; 0: never.", 0, 1_000_000_000_000_000);
    private static readonly Option<string?> s_keyPrefix = Option.Text("key-prefix", "", "Stands before the key.");
    private static readonly Option<string?> s_keyPrefixDelimiter = Option.Text("key-prefix-delimiter", "", "Stands between `key-prefix` and the key.");
    private static readonly Option<long> s_maxRows = Option.Integer("sink.buffer-flush.max-rows", 200, "Rows that are collected before they are written; 0: each row at once.", 0, int.MaxValue);
    private static readonly Option<TimeSpan> s_interval = Option.Duration("sink.buffer-flush.interval", TimeSpan.FromSeconds(1), "Time after which collected rows are written though they are fewer; 0: only their number counts.");
    private static readonly Option<TimeSpan> s_retryTimeout = Option.Duration("sink.retry-timeout", TimeSpan.FromSeconds(30), "How long a flush may take with all its attempts, connecting included.");
    private static readonly Option<string> s_delivery = Option.Choice("sink.delivery-guarantee", "at-least-once", ["at-least-once", "exactly-once"], "`exactly-once` stores the source's positions in Redis in one unit with the rows before them ([more](../delivery.md)).");
    private static readonly Option<TimeSpan> s_positionRetention = Option.Duration("sink.position-retention", s_retention, "With `exactly-once`: how long the positions of a finished job are kept; until then running it again writes nothing.");
    private static readonly Option<long?> s_parallelism = Option.OptionalInteger("sink.parallelism", "Has no effect: each task of the job writes over a connection of its own.", 1, 10_000);

    /// <summary>A table may be written in one statement and looked up in another: each use lets the options of the other pass.</summary>
    public static IReadOnlyList<IOption> Options { get; } =
    [
        s_mode, s_flattenHash, s_ignoreDelete, s_expiration, s_keyPrefix, s_keyPrefixDelimiter, s_maxRows, s_interval, s_retryTimeout,
        s_delivery, s_positionRetention, s_parallelism, .. RedisConnectionSettings.Options, .. RedisLookupSettings.OwnOptions,
    ];

    /// <summary>What every table has said to come here.</summary>
    public static Option<string?> Connector { get; } = Option.Text("connector", null, "`redis`.");

    public required RedisOptions Server { get; init; }

    public required TableMode Mode { get; init; }

    public required TableLayout Layout { get; init; }

    public bool IgnoresDeletes { get; init; }

    /// <summary>Milliseconds; 0 is never.</summary>
    public long Expiration { get; init; }

    /// <summary>What stands before each key, delimiter included.</summary>
    public required byte[] KeyPrefix { get; init; }

    /// <summary>Rows per flush; 0 writes each row at once.</summary>
    public int MaxRows { get; init; }

    /// <summary>Zero: no timer.</summary>
    public TimeSpan Interval { get; init; }

    public TimeSpan RetryTimeout { get; init; }

    /// <summary>Whether positions go in one unit with the rows (S-27).</summary>
    public bool IsExactlyOnce { get; init; }

    /// <summary>Whether rows and their positions are applied in one step: of a unit, or in a cluster of what a unit has in a slot, where
    /// repeating rows would not do.</summary>
    public bool HasUnits => IsExactlyOnce && (Server.Cluster is null || !Mode.Replaces);

    /// <summary>Whether units fall into slots.</summary>
    public bool IsBySlot => HasUnits && Server.Cluster is not null;

    public required Place DeliveryPlace { get; init; }

    public TimeSpan PositionRetention { get; init; }

    public required TimeZoneInfo TimeZone { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>In a cluster keys share a command only where they share a slot, which of 16384 few do.</summary>
    public SinkBlock NewBlock() => new(Layout.Columns.Length, Expiration) { MergesKeys = Server.Cluster is null, IsBySlot = IsBySlot };

    /// <exception cref="ConfigException">An option is missing, wrong or not there yet, or the columns do not fit the mode.</exception>
    public static RedisTableSettings Take(TableDefinition table, OptionBag bag, TableContext context)
    {
        bag.Take(Connector);
        var name = bag.Take(s_mode)!;
        var flat = bag.Take(s_flattenHash);
        var mode = TableModes.Find(name, flat) ?? throw new ConfigException(bag.PlaceOf(s_mode),
            $"'mode' is \"{name}\"; allowed: {s_mode.ValueKind}" + (NearestName.Of(name.ToUpperInvariant(), TableModes.Names) is { } nearest ? $" (did you mean {nearest}?)" : ""));
        if (flat && mode is not FlatHashMode)
        {
            context.Report.Warn(bag.PlaceOf(s_flattenHash), $"'flattenHash' goes with mode HASHMAP and has no effect with {mode.Name}");
        }

        if (bag.Take(s_parallelism) is { } parallelism && parallelism != context.Parallelism)
        {
            context.Report.Warn(bag.PlaceOf(s_parallelism), $"'sink.parallelism' {parallelism} has no effect: the job runs {context.Parallelism} task{(context.Parallelism == 1 ? "" : "s")}, each of which writes over a connection of its own");
        }

        var layout = TableLayout.Of(table, mode);
        var settings = new RedisTableSettings
        {
            Mode = mode.For(layout.Columns),
            Layout = layout,
            IgnoresDeletes = bag.Take(s_ignoreDelete),
            Expiration = bag.Take(s_expiration),
            KeyPrefix = TakePrefix(bag),
            MaxRows = (int)bag.Take(s_maxRows),
            Interval = bag.Take(s_interval),
            RetryTimeout = TakePositive(bag, s_retryTimeout),
            IsExactlyOnce = bag.Take(s_delivery) == "exactly-once",
            DeliveryPlace = bag.PlaceOf(s_delivery),
            PositionRetention = Retention.Take(bag, s_positionRetention),
            TimeZone = context.TimeZone,
            Clock = context.Clock,
            Server = RedisConnectionSettings.Take(bag, context.Parallelism, null, context.BaseDirectory, isTable: true),
        };
        settings.CheckDelivery(bag.PlaceOf(s_positionRetention));
        bag.RefuseUnknown($"the redis table '{table.Name}'", Options);
        return settings;
    }

    /// <summary>The delimiter stands only where there is a prefix.</summary>
    public static byte[] TakePrefix(OptionBag bag)
    {
        var (prefix, delimiter) = (bag.Take(s_keyPrefix)!, bag.Take(s_keyPrefixDelimiter)!);
        return prefix.Length == 0 ? [] : System.Text.Encoding.UTF8.GetBytes(prefix + delimiter);
    }

    private static TimeSpan TakePositive(OptionBag bag, Option<TimeSpan> option)
    {
        var value = bag.Take(option);
        return value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue
            ? value
            : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {value.TotalMilliseconds}ms; allowed: from 1ms to {int.MaxValue}ms");
    }

    private void CheckDelivery(Place retentionPlace)
    {
        if (!IsExactlyOnce && PositionRetention != s_retention)
        {
            throw new ConfigException(retentionPlace, "'sink.position-retention' goes with 'sink.delivery-guarantee' exactly-once; remove it, or ask for that");
        }
    }
}
