using System.Text;
using Sluice.Connectors.Redis.Lookups.Modes;
using Sluice.Connectors.Redis.Tables;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>The options of a Redis dimension table (S-28 to S-32), checked and frozen.</summary>
internal sealed record RedisLookupSettings
{
    private static readonly Option<string?> s_mode = new("mode", "one of " + string.Join(", ", LookupModes.Names), null, (node, _) => node.Text, "");
    private static readonly Option<string?> s_hashName = Option.Text("hashName", null, "Of a dimension table: the one hash that its rows are fields of: PRIMARY KEY is the field, the other column its value.");

    /// <summary>What belongs to dimension tables alone.</summary>
    public static IReadOnlyList<IOption> OwnOptions { get; } = [s_hashName, .. LookupOptions.Options];

    public required RedisOptions Server { get; init; }

    public required LookupMode Mode { get; init; }

    public required LookupColumns Columns { get; init; }

    /// <summary>What stands before each key, or before each field of <see cref="HashName"/>, delimiter included.</summary>
    public required byte[] KeyPrefix { get; init; }

    /// <summary>The key of the one hash that the table is; null where rows are keys of their own.</summary>
    public byte[]? HashName { get; init; }

    /// <summary>Whether a text that is no value of its column is null; else it fails the job (S-29).</summary>
    public bool IgnoresParseErrors { get; init; }

    /// <summary>What is kept, and how often it is tried.</summary>
    public required LookupSettings Lookup { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>How <c>explain</c> shows a key: <c>user:{id}</c>.</summary>
    public string ShownKey => $"{Encoding.UTF8.GetString(KeyPrefix)}{{{Columns.Keys[0]}}}";

    /// <summary>For messages.</summary>
    public string Endpoint => $"redis {Server.Name}";

    /// <param name="asked">Indexes of the columns that records are to hold.</param>
    /// <exception cref="ConfigException">An option is missing, wrong or not there yet, or the columns do not fit.</exception>
    public static RedisLookupSettings Take(TableDefinition table, IReadOnlyList<int> asked, OptionBag bag, TableContext context)
    {
        bag.Take(RedisTableSettings.Connector);
        var hashName = bag.Take(s_hashName) is { Length: > 0 } name ? name : null;
        var mode = TakeMode(bag, hashName, table);
        var settings = new RedisLookupSettings
        {
            Mode = mode,
            Columns = LookupColumns.Of(table, asked, mode, context.TimeZone),
            KeyPrefix = RedisTableSettings.TakePrefix(bag),
            HashName = hashName is null ? null : Encoding.UTF8.GetBytes(hashName),
            IgnoresParseErrors = bag.Take(LookupOptions.IgnoreParseErrors),
            Lookup = LookupOptions.Take(bag, context),
            Clock = context.Clock,
            Server = RedisConnectionSettings.Take(bag, context.Parallelism, null, context.BaseDirectory, isTable: true),
        };
        bag.RefuseUnknown($"the redis table '{table.Name}'", RedisTableSettings.Options);
        return settings;
    }

    private static LookupMode TakeMode(OptionBag bag, string? hashName, TableDefinition table)
    {
        var given = bag.Take(s_mode);
        var mode = LookupModes.Find(given ?? (hashName is null ? "STRING" : "HASHMAP"), table.PrimaryKey.Count) ?? throw new ConfigException(bag.PlaceOf(s_mode),
            $"'mode' is \"{given}\"; allowed: {s_mode.ValueKind}" + (NearestName.Of(given!.ToUpperInvariant(), LookupModes.Names) is { } nearest ? $" (did you mean {nearest}?)" : ""));
        if (hashName is null)
        {
            return mode;
        }

        return mode is HashLookup ? LookupModes.OneHash : throw new ConfigException(bag.PlaceOf(s_mode),
            $"'mode' is \"{given}\", and 'hashName' reads the fields of one hash; allowed with it: HASHMAP, or no 'mode'");
    }
}
