using System.Globalization;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Lookup;

/// <summary>The options of what is kept of a dimension table (S-30 to S-32), the same for every connector: the reference's spelling, and
/// Flink's. No option may be given in both; otherwise they mix.</summary>
public static class LookupOptions
{
    private const string OutputMode = "table.exec.async-lookup.output-mode";
    private const string Unordered = "ALLOW_UNORDERED";

    private static readonly Option<string> s_cache = Words("cache", "None", ["None", "LRU", "ALL"], [("PARTIAL", "LRU"), ("FULL", "ALL")], "What is kept of the table: nothing, the rows used last, or all rows, loaded before the first one is joined.");
    private static readonly Option<long> s_size = Option.Integer("cacheSize", 10_000, "LRU: rows at most.");
    private static readonly Option<long?> s_ttl = new("cacheTTLMs", "integer, in milliseconds", null, ReadMillis, "LRU: a row is asked for again so long after it was; ALL: the table is loaded again so long after the last load began. Absent: never.");
    private static readonly Option<bool> s_empty = Option.Boolean("cacheEmpty", true, "LRU: whether it is kept that a key has no row.");
    private static readonly Option<string?> s_blackList = Option.Text("cacheReloadTimeBlackList", null, "ALL: periods without a reload, in the session's time zone: `2017-10-24 14:00 -> 2017-10-24 15:00`, `2017-11-10 23:30 -> 2017-11-11 08:00`, daily `12:00 -> 14:00, 22:00 -> 2:00`. A reload that falls into one takes place at its end.");
    private static readonly Option<bool> s_async = Option.Boolean("async", false, "Whether rows that are found may overtake those that are still asked for.");
    private static readonly Option<bool> s_tracking = Option.Boolean("cacheTracking", false, "LRU: the server tells which keys change, and their rows are dropped at once.");
    private static readonly Option<long> s_maxBytes = Option.Integer("cacheMaxBytes", 256L << 20, "LRU: bytes of memory at most, keys, rows and bookkeeping together.", 1);
    private static readonly Option<long> s_maxRetries = Option.Integer("lookup.max-retries", 3, "How often a lookup that fails for a passing reason is repeated, after 100 ms, doubled up to 2 s.", 0, 10_000);

    private static readonly Option<string> s_flinkCache = Words("lookup.cache", "NONE", ["NONE", "PARTIAL", "FULL"], [("LRU", "PARTIAL"), ("ALL", "FULL")], "Flink's word for `cache`: PARTIAL is LRU, FULL is ALL.");
    private static readonly Option<long?> s_maxRows = Option.OptionalInteger("lookup.partial-cache.max-rows", "Flink's word for `cacheSize`.");
    private static readonly Option<TimeSpan?> s_afterWrite = OptionalDuration("lookup.partial-cache.expire-after-write", "Flink's word for `cacheTTLMs` of LRU.");
    private static readonly Option<TimeSpan?> s_afterAccess = OptionalDuration("lookup.partial-cache.expire-after-access", "LRU: a row that was not used for so long is asked for again.");
    private static readonly Option<bool> s_missingKey = Option.Boolean("lookup.partial-cache.cache-missing-key", true, "Flink's word for `cacheEmpty`.");
    private static readonly Option<string> s_strategy = Option.Choice("lookup.full-cache.reload-strategy", "PERIODIC", ["PERIODIC", "TIMED"], "ALL: whether the table is loaded again at intervals, or at a time of day.");
    private static readonly Option<TimeSpan?> s_interval = OptionalDuration("lookup.full-cache.periodic-reload.interval", "Flink's word for `cacheTTLMs` of ALL. Absent: the table is not loaded again.");
    private static readonly Option<string> s_scheduleMode = Option.Choice("lookup.full-cache.periodic-reload.schedule-mode", "FIXED_DELAY", ["FIXED_DELAY", "FIXED_RATE"], "Whether the interval counts from the end of the last load, or from its beginning.");
    private static readonly Option<string?> s_isoTime = Option.Text("lookup.full-cache.timed-reload.iso-time", null, "The time of day of TIMED: `10:15` in the session's time zone, `10:15Z`, `10:15+07:00`.");
    private static readonly Option<long> s_days = Option.Integer("lookup.full-cache.timed-reload.interval-in-days", 1, "Days between two loads of TIMED.", 1, 36_500);
    private static readonly Option<bool> s_flinkAsync = Option.Boolean("lookup.async", false, $"Flink's word for `async`; rows are reordered only after `SET '{OutputMode}' = '{Unordered}'`.");
    private static readonly Option<long?> s_oldMaxRows = Option.OptionalInteger("lookup.cache.max-rows", "Flink's older word for `cacheSize`; without a word on the cache itself it is LRU.");
    private static readonly Option<TimeSpan?> s_oldTtl = OptionalDuration("lookup.cache.ttl", "Flink's older word for `cacheTTLMs`; without a word on the cache itself it is LRU.");

    /// <summary>Spellings of which only one may be given.</summary>
    private static readonly IOption[][] s_same =
    [
        [s_cache, s_flinkCache],
        [s_size, s_maxRows, s_oldMaxRows],
        [s_ttl, s_afterWrite, s_oldTtl],
        [s_ttl, s_interval],
        [s_empty, s_missingKey],
        [s_async, s_flinkAsync],
    ];

    private static readonly IOption[] s_partial = [s_maxRows, s_afterWrite, s_afterAccess, s_missingKey, s_maxBytes, s_oldMaxRows, s_oldTtl];
    private static readonly IOption[] s_periodic = [s_interval, s_scheduleMode];
    private static readonly IOption[] s_timed = [s_isoTime, s_days];

    /// <summary>Read by the connector, which parses the texts (S-29).</summary>
    public static Option<bool> IgnoreParseErrors { get; } = Option.Boolean("lookup.ignore-parse-errors", false, "Whether a text that is no value of its column becomes null; else it fails the job.");

    public static IReadOnlyList<IOption> Options { get; } =
    [
        s_cache, s_size, s_ttl, s_empty, s_blackList, s_async, s_tracking, s_maxBytes, s_maxRetries, IgnoreParseErrors,
        s_flinkCache, s_maxRows, s_afterWrite, s_afterAccess, s_missingKey, s_strategy, s_interval, s_scheduleMode, s_isoTime, s_days, s_flinkAsync, s_oldMaxRows, s_oldTtl,
    ];

    /// <summary>Takes all of them but <see cref="IgnoreParseErrors"/>. Those of another cache have no effect: with None the reference's are let
    /// pass, as many scripts have them, of others a warning tells.</summary>
    /// <exception cref="ConfigException">A value is wrong, an option is given in two spellings, or does not go with the cache.</exception>
    public static LookupSettings Take(OptionBag bag, TableContext context)
    {
        foreach (var spellings in s_same)
        {
            RefuseTwo(bag, spellings);
        }

        var cache = TakeCache(bag);
        if (cache != CacheMode.Lru && bag.Take(s_tracking))
        {
            throw new ConfigException(bag.PlaceOf(s_tracking), $"'cacheTracking' is true and the cache is {NameOf(cache)}; allowed: with 'cache' = 'LRU', whose rows are dropped when they change");
        }

        if (cache != CacheMode.All && bag.Take(s_blackList) is { } list)
        {
            throw new ConfigException(bag.PlaceOf(s_blackList), $"'cacheReloadTimeBlackList' is \"{list}\" and the cache is {NameOf(cache)}; allowed: with 'cache' = 'ALL', which is loaded again");
        }

        var settings = new LookupSettings { Cache = cache, MaxRetries = (int)bag.Take(s_maxRetries), MayReorder = TakeOrder(bag, context) };
        settings = cache switch
        {
            CacheMode.Lru => TakeLru(bag, settings),
            CacheMode.All => settings with { Reload = TakeReload(bag, context) },
            _ => settings,
        };
        if (cache != CacheMode.Lru)
        {
            WarnUnused(bag, s_partial, "goes with 'cache' = 'LRU' ('lookup.cache' = 'PARTIAL')");
        }

        WarnWithoutCache(bag, cache);
        if (cache != CacheMode.All)
        {
            WarnUnused(bag, [s_strategy, .. s_periodic, .. s_timed], "goes with 'cache' = 'ALL' ('lookup.cache' = 'FULL')");
        }

        TakeRest(bag);
        return settings;
    }

    private static string NameOf(CacheMode cache) => cache switch
    {
        CacheMode.Lru => "LRU",
        CacheMode.All => "ALL",
        _ => "None",
    };

    private static CacheMode TakeCache(OptionBag bag)
    {
        var (cache, flink) = (bag.Take(s_cache), bag.Take(s_flinkCache));
        if (!bag.Has(s_cache) && !bag.Has(s_flinkCache) && (bag.Has(s_oldMaxRows) || bag.Has(s_oldTtl)))
        {
            return CacheMode.Lru;
        }

        return (cache, flink) switch
        {
            ("LRU", _) or (_, "PARTIAL") => CacheMode.Lru,
            ("ALL", _) or (_, "FULL") => CacheMode.All,
            _ => CacheMode.None,
        };
    }

    private static LookupSettings TakeLru(OptionBag bag, LookupSettings settings) => settings with
    {
        MaxRows = Positive(bag, s_size) ?? Positive(bag, s_maxRows) ?? Positive(bag, s_oldMaxRows) ?? s_size.Default,
        MaxBytes = bag.Take(s_maxBytes),
        ExpireAfterLoad = Millis(bag) ?? Positive(bag, s_afterWrite) ?? Positive(bag, s_oldTtl),
        ExpireAfterUse = Positive(bag, s_afterAccess),
        CachesMissing = bag.Take(s_empty) && bag.Take(s_missingKey),
        Tracks = bag.Take(s_tracking),
    };

    private static IReloadSchedule? TakeReload(OptionBag bag, TableContext context)
    {
        var list = bag.Take(s_blackList) is { } text ? BlackList.Parse(text, context.TimeZone, bag.PlaceOf(s_blackList)) : null;
        if (bag.Take(s_strategy) == "TIMED")
        {
            WarnUnused(bag, [s_ttl, .. s_periodic], "goes with 'lookup.full-cache.reload-strategy' = 'PERIODIC'");
            var iso = bag.Take(s_isoTime) ?? throw new ConfigException(bag.PlaceOf(s_strategy), $"'{s_strategy.Name}' is \"TIMED\" and '{s_isoTime.Name}' is missing; it takes the time of day: 10:15, 10:15Z or 10:15+07:00");
            var (time, zone) = IsoTime(iso, context.TimeZone, bag.PlaceOf(s_isoTime));
            return new TimedReload(time, zone, (int)bag.Take(s_days), list);
        }

        WarnUnused(bag, s_timed, "goes with 'lookup.full-cache.reload-strategy' = 'TIMED'");
        if ((Millis(bag) ?? Positive(bag, s_interval)) is { } interval)
        {
            // The reference's interval is that of its loads; Flink's counts from the end of the last one unless it says otherwise.
            return new IntervalReload(interval, bag.Take(s_scheduleMode) == "FIXED_DELAY" && (bag.Has(s_scheduleMode) || !bag.Has(s_ttl)), list);
        }

        if (bag.Has(s_strategy))
        {
            throw new ConfigException(bag.PlaceOf(s_strategy), $"'{s_strategy.Name}' is \"PERIODIC\" and '{s_interval.Name}' is missing; it takes a duration such as 10min");
        }

        WarnUnused(bag, [s_blackList, s_scheduleMode], "goes with 'cacheTTLMs' or another time of reload: the table is loaded once");
        return null;
    }

    private static bool TakeOrder(OptionBag bag, TableContext context)
    {
        var (mayReorder, flink) = (bag.Take(s_async), bag.Take(s_flinkAsync));
        if (!flink || !context.Settings.TryGetValue(OutputMode, out var mode))
        {
            return mayReorder;
        }

        return mode.ToUpperInvariant() switch
        {
            Unordered => true,
            "ORDERED" => false,
            _ => throw new ConfigException(bag.PlaceOf(s_flinkAsync), $"SET '{OutputMode}' is \"{mode}\"; allowed: ORDERED, {Unordered}"),
        };
    }

    /// <summary>With None they have no effect, whatever they are.</summary>
    private static void TakeRest(OptionBag bag)
    {
        bag.Take(s_tracking);
        bag.Take(s_blackList);
        foreach (var option in (Option<long?>[])[s_ttl, s_maxRows, s_oldMaxRows])
        {
            bag.Take(option);
        }

        foreach (var option in (Option<TimeSpan?>[])[s_afterWrite, s_afterAccess, s_interval, s_oldTtl])
        {
            bag.Take(option);
        }

        foreach (var option in (Option<long>[])[s_size, s_maxBytes, s_days])
        {
            bag.Take(option);
        }

        _ = (bag.Take(s_empty), bag.Take(s_missingKey), bag.Take(s_strategy), bag.Take(s_scheduleMode), bag.Take(s_isoTime));
    }

    private static void RefuseTwo(OptionBag bag, IOption[] spellings)
    {
        var given = spellings.Where(bag.Has).OrderBy(o => bag.PlaceOf(o).Line).ThenBy(o => bag.PlaceOf(o).Column).ToList();
        if (given.Count > 1)
        {
            throw new ConfigException(bag.PlaceOf(given[1]), $"'{given[1].Name}' and '{given[0].Name}' are the same option in two spellings; give one of them");
        }
    }

    /// <summary>The reference's options of a cache do not turn it on. Who says None knows.</summary>
    private static void WarnWithoutCache(OptionBag bag, CacheMode cache)
    {
        if (cache == CacheMode.All)
        {
            WarnUnused(bag, [s_size, s_empty], "goes with 'cache' = 'LRU'; ALL keeps every row");
        }
        else if (cache == CacheMode.None && !bag.Has(s_cache) && !bag.Has(s_flinkCache))
        {
            WarnUnused(bag, [s_size, s_empty], "goes with a cache, and none is asked for; 'cache' = 'LRU' turns it on");
            WarnUnused(bag, [s_ttl], "goes with a cache, and none is asked for; 'cache' = 'LRU' (or 'ALL') turns it on");
        }
    }

    private static void WarnUnused(OptionBag bag, IEnumerable<IOption> options, string why)
    {
        foreach (var option in options.Where(bag.Has))
        {
            bag.Report.Warn(bag.PlaceOf(option), $"'{option.Name}' has no effect: it {why}");
        }
    }

    private static long? Positive(OptionBag bag, IOption option)
    {
        long? value = option is Option<long> plain ? (bag.Has(plain) ? bag.Take(plain) : null) : bag.Take((Option<long?>)option);
        return value is <= 0 ? throw NotPositive(bag, option, $"{value}", "an integer from 1") : value;
    }

    private static TimeSpan? Positive(OptionBag bag, Option<TimeSpan?> option) =>
        bag.Take(option) is { } value
            ? value > TimeSpan.Zero ? value : throw NotPositive(bag, option, $"{value.TotalMilliseconds}ms", "a duration from 1ms")
            : null;

    private static TimeSpan? Millis(OptionBag bag) => Positive(bag, (IOption)s_ttl) is { } millis
        ? TimeSpan.FromMilliseconds(Math.Min(millis, (long)TimeSpan.MaxValue.TotalMilliseconds / 2))
        : null;

    private static ConfigException NotPositive(OptionBag bag, IOption option, string value, string allowed) =>
        new(bag.PlaceOf(option), $"'{option.Name}' is {value}; allowed: {allowed}");

    private static (TimeSpan Time, TimeZoneInfo Zone) IsoTime(string text, TimeZoneInfo session, Place place)
    {
        var (clock, zone) = (text.Trim(), session);
        if (clock.EndsWith('Z'))
        {
            (clock, zone) = (clock[..^1], TimeZoneInfo.Utc);
        }
        else if (clock.LastIndexOfAny(['+', '-']) is > 0 and var sign)
        {
            zone = TimeSpan.TryParseExact(clock[(sign + 1)..], "hh\\:mm", CultureInfo.InvariantCulture, out var offset) && offset <= TimeSpan.FromHours(14)
                ? TimeZoneInfo.CreateCustomTimeZone(clock[sign..], clock[sign] == '-' ? -offset : offset, null, null)
                : throw WrongTime(text, place);
            clock = clock[..sign];
        }

        return TimeOnly.TryParseExact(clock, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time.ToTimeSpan(), zone)
            : throw WrongTime(text, place);
    }

    private static ConfigException WrongTime(string text, Place place) =>
        new(place, $"'{s_isoTime.Name}' is \"{text}\"; allowed: a time of day such as 10:15 (in the session's time zone), 10:15Z or 10:15+07:00");

    /// <summary>One of some words; those of the other spelling are answered with what they are called here.</summary>
    private static Option<string> Words(string name, string @default, string[] words, (string Theirs, string Ours)[] others, string doc)
    {
        var choice = Option.Choice(name, @default, words, doc);
        return new Option<string>(name, choice.ValueKind, @default, (node, _) =>
            Array.Find(others, o => node.IsScalar && o.Theirs.Equals(node.Text, StringComparison.OrdinalIgnoreCase)) is { Ours: { } ours }
                ? throw new ConfigException(node.Place, $"'{name}' is {node.Show()}; allowed: {choice.ValueKind} ({node.Text} is called {ours} here)")
                : choice.Read(node), doc);
    }

    private static long? ReadMillis(OptionNode node, Option<long?> self) =>
        node.Kind is OptionKind.Number or OptionKind.Text && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw self.Wrong(node);

    private static Option<TimeSpan?> OptionalDuration(string name, string doc) =>
        new(name, "duration such as 1000ms, 3 s or 2min", null, (node, self) => node.IsScalar && Durations.TryParse(node.Text, out var value) ? value : throw self.Wrong(node), doc);
}
