using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;

namespace Sluice.Tests.Lookup;

/// <summary>The options of what is kept of a table, in the reference's spelling and in Flink's.</summary>
public sealed class LookupOptionTests
{
    private readonly List<string> _warnings = [];
    private string? _mode;

    [Fact]
    public void Without_any_option_nothing_is_kept()
    {
        var settings = Take();
        Assert.Equal(new LookupSettings(), settings);
        Assert.Equal((CacheMode.None, 3, false), (settings.Cache, settings.MaxRetries, settings.MayReorder));
    }

    [Theory]
    [InlineData("None", CacheMode.None)]
    [InlineData("none", CacheMode.None)]
    [InlineData("LRU", CacheMode.Lru)]
    [InlineData("lru", CacheMode.Lru)]
    [InlineData("All", CacheMode.All)]
    public void The_cache_may_be_written_in_any_case(string word, CacheMode cache) => Assert.Equal(cache, Take(("cache", word)).Cache);

    [Theory]
    [InlineData("NONE", CacheMode.None)]
    [InlineData("PARTIAL", CacheMode.Lru)]
    [InlineData("FULL", CacheMode.All)]
    public void Flinks_word_for_a_cache_is_the_same(string word, CacheMode cache) => Assert.Equal(cache, Take(("lookup.cache", word)).Cache);

    [Fact]
    public void The_options_of_LRU_are_the_same_in_both_spellings()
    {
        var ours = Take(("cache", "LRU"), ("cacheSize", "7"), ("cacheTTLMs", "3000"), ("cacheEmpty", "false"), ("cacheTracking", "true"), ("cacheMaxBytes", "5000"), ("lookup.max-retries", "0"));
        var expected = new LookupSettings
        {
            Cache = CacheMode.Lru,
            MaxRows = 7,
            ExpireAfterLoad = TimeSpan.FromSeconds(3),
            CachesMissing = false,
            Tracks = true,
            MaxBytes = 5000,
            MaxRetries = 0,
        };
        Assert.Equal(expected, ours);
        var flinks = Take(
            ("lookup.cache", "PARTIAL"), ("lookup.partial-cache.max-rows", "7"), ("lookup.partial-cache.expire-after-write", "3 s"),
            ("lookup.partial-cache.cache-missing-key", "false"), ("cacheTracking", "true"), ("cacheMaxBytes", "5000"), ("lookup.max-retries", "0"));
        Assert.Equal(expected, flinks);
    }

    [Fact]
    public void Spellings_mix_where_no_option_is_given_twice()
    {
        var settings = Take(("cache", "LRU"), ("lookup.partial-cache.max-rows", "7"), ("lookup.partial-cache.expire-after-access", "1min"));
        Assert.Equal((7, TimeSpan.FromMinutes(1)), (settings.MaxRows, settings.ExpireAfterUse));
    }

    [Fact]
    public void Flinks_older_words_mean_LRU_by_themselves()
    {
        var settings = Take(("lookup.cache.max-rows", "7"), ("lookup.cache.ttl", "10s"));
        Assert.Equal((CacheMode.Lru, 7, TimeSpan.FromSeconds(10)), (settings.Cache, settings.MaxRows, settings.ExpireAfterLoad));
        Assert.Equal(CacheMode.All, Take(("cache", "ALL"), ("lookup.cache.ttl", "10s")).Cache);
    }

    [Theory]
    [InlineData("cache", "LRU", "lookup.cache", "PARTIAL")]
    [InlineData("cacheSize", "1", "lookup.partial-cache.max-rows", "1")]
    [InlineData("cacheSize", "1", "lookup.cache.max-rows", "1")]
    [InlineData("lookup.partial-cache.max-rows", "1", "lookup.cache.max-rows", "1")]
    [InlineData("cacheTTLMs", "1", "lookup.partial-cache.expire-after-write", "1ms")]
    [InlineData("cacheTTLMs", "1", "lookup.full-cache.periodic-reload.interval", "1ms")]
    [InlineData("cacheTTLMs", "1", "lookup.cache.ttl", "1ms")]
    [InlineData("cacheEmpty", "true", "lookup.partial-cache.cache-missing-key", "true")]
    [InlineData("async", "true", "lookup.async", "true")]
    public void An_option_in_two_spellings_is_refused_where_the_second_stands(string first, string firstValue, string second, string secondValue)
    {
        Assert.Equal($"script.sql:2:1: '{second}' and '{first}' are the same option in two spellings; give one of them", Refusal((first, firstValue), (second, secondValue)));
        Assert.Equal($"script.sql:2:1: '{first}' and '{second}' are the same option in two spellings; give one of them", Refusal((second, secondValue), (first, firstValue)));
    }

    [Theory]
    [InlineData("cache", "some", "'cache' is \"some\"; allowed: one of None, LRU, ALL")]
    [InlineData("lookup.cache", "LRU", "'lookup.cache' is \"LRU\"; allowed: one of NONE, PARTIAL, FULL (LRU is called PARTIAL here)")]
    [InlineData("cacheSize", "many", "'cacheSize' is \"many\"; allowed: integer")]
    [InlineData("cacheTTLMs", "1min", "'cacheTTLMs' is \"1min\"; allowed: integer, in milliseconds")]
    [InlineData("cache", "Partial", "'cache' is \"Partial\"; allowed: one of None, LRU, ALL (Partial is called LRU here)")]
    [InlineData("lookup.cache", "ALL", "'lookup.cache' is \"ALL\"; allowed: one of NONE, PARTIAL, FULL (ALL is called FULL here)")]
    [InlineData("cacheEmpty", "maybe", "'cacheEmpty' is \"maybe\"; allowed: true or false")]
    [InlineData("lookup.max-retries", "-1", "'lookup.max-retries' is \"-1\"; allowed: integer from 0 to 10000")]
    [InlineData("cacheTracking", "true", "'cacheTracking' is true and the cache is None; allowed: with 'cache' = 'LRU', whose rows are dropped when they change")]
    [InlineData("cacheReloadTimeBlackList", "1:00 -> 2:00", "'cacheReloadTimeBlackList' is \"1:00 -> 2:00\" and the cache is None; allowed: with 'cache' = 'ALL', which is loaded again")]
    public void A_wrong_value_is_refused_with_what_is_allowed(string name, string value, string message) => Assert.Equal("script.sql:1:1: " + message, Refusal((name, value)));

    [Theory]
    [InlineData("LRU", "cacheSize", "0", "'cacheSize' is 0; allowed: an integer from 1")]
    [InlineData("LRU", "cacheSize", "-5", "'cacheSize' is -5; allowed: an integer from 1")]
    [InlineData("LRU", "cacheTTLMs", "0", "'cacheTTLMs' is 0; allowed: an integer from 1")]
    [InlineData("ALL", "cacheTTLMs", "-1", "'cacheTTLMs' is -1; allowed: an integer from 1")]
    [InlineData("LRU", "lookup.partial-cache.max-rows", "0", "'lookup.partial-cache.max-rows' is 0; allowed: an integer from 1")]
    [InlineData("LRU", "lookup.partial-cache.expire-after-write", "0s", "'lookup.partial-cache.expire-after-write' is 0ms; allowed: a duration from 1ms")]
    [InlineData("LRU", "lookup.partial-cache.expire-after-access", "0s", "'lookup.partial-cache.expire-after-access' is 0ms; allowed: a duration from 1ms")]
    [InlineData("ALL", "lookup.full-cache.periodic-reload.interval", "0s", "'lookup.full-cache.periodic-reload.interval' is 0ms; allowed: a duration from 1ms")]
    [InlineData("LRU", "cacheMaxBytes", "0", "'cacheMaxBytes' is \"0\"; allowed: integer from 1")]
    [InlineData("ALL", "cacheTracking", "true", "'cacheTracking' is true and the cache is ALL; allowed: with 'cache' = 'LRU', whose rows are dropped when they change")]
    [InlineData("LRU", "cacheReloadTimeBlackList", "1:00 -> 2:00", "'cacheReloadTimeBlackList' is \"1:00 -> 2:00\" and the cache is LRU; allowed: with 'cache' = 'ALL', which is loaded again")]
    [InlineData("ALL", "lookup.full-cache.reload-strategy", "PERIODIC", "'lookup.full-cache.reload-strategy' is \"PERIODIC\" and 'lookup.full-cache.periodic-reload.interval' is missing; it takes a duration such as 10min")]
    [InlineData("ALL", "lookup.full-cache.reload-strategy", "TIMED", "'lookup.full-cache.reload-strategy' is \"TIMED\" and 'lookup.full-cache.timed-reload.iso-time' is missing; it takes the time of day: 10:15, 10:15Z or 10:15+07:00")]
    public void What_does_not_go_with_the_cache_is_refused(string cache, string name, string value, string message) =>
        Assert.Equal("script.sql:2:1: " + message, Refusal(("cache", cache), (name, value)));

    [Fact]
    public void The_references_options_are_let_pass_where_nothing_is_kept()
    {
        Assert.Equal(new LookupSettings(), Take(("cache", "None"), ("cacheSize", "0"), ("cacheTTLMs", "-1"), ("cacheEmpty", "false"), ("cacheTracking", "false")));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("None", "lookup.partial-cache.max-rows", "5", "goes with 'cache' = 'LRU' ('lookup.cache' = 'PARTIAL')")]
    [InlineData("ALL", "lookup.partial-cache.expire-after-access", "5s", "goes with 'cache' = 'LRU' ('lookup.cache' = 'PARTIAL')")]
    [InlineData("ALL", "cacheMaxBytes", "500", "goes with 'cache' = 'LRU' ('lookup.cache' = 'PARTIAL')")]
    [InlineData("LRU", "lookup.full-cache.periodic-reload.interval", "5s", "goes with 'cache' = 'ALL' ('lookup.cache' = 'FULL')")]
    [InlineData("None", "lookup.full-cache.timed-reload.iso-time", "10:15", "goes with 'cache' = 'ALL' ('lookup.cache' = 'FULL')")]
    [InlineData("ALL", "lookup.full-cache.timed-reload.iso-time", "10:15", "goes with 'lookup.full-cache.reload-strategy' = 'TIMED'")]
    [InlineData("ALL", "cacheReloadTimeBlackList", "1:00 -> 2:00", "goes with 'cacheTTLMs' or another time of reload: the table is loaded once")]
    public void What_has_no_effect_is_a_warning(string cache, string name, string value, string why)
    {
        Take(("cache", cache), (name, value));
        Assert.Equal($"script.sql:2:1: '{name}' has no effect: it {why}", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("cacheSize", "5", "goes with a cache, and none is asked for; 'cache' = 'LRU' turns it on")]
    [InlineData("cacheEmpty", "false", "goes with a cache, and none is asked for; 'cache' = 'LRU' turns it on")]
    [InlineData("cacheTTLMs", "5000", "goes with a cache, and none is asked for; 'cache' = 'LRU' (or 'ALL') turns it on")]
    public void Options_of_a_cache_do_not_turn_it_on_which_is_a_warning(string name, string value, string why)
    {
        Assert.Equal(new LookupSettings(), Take((name, value)));
        Assert.Equal($"script.sql:1:1: '{name}' has no effect: it {why}", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("cacheSize", "5")]
    [InlineData("cacheEmpty", "false")]
    public void What_bounds_LRU_has_no_effect_with_ALL_which_is_a_warning(string name, string value)
    {
        Take(("cache", "ALL"), (name, value));
        Assert.Equal($"script.sql:2:1: '{name}' has no effect: it goes with 'cache' = 'LRU'; ALL keeps every row", Assert.Single(_warnings));
    }

    [Fact]
    public void ALL_is_loaded_again_at_intervals_or_at_a_time_of_day()
    {
        Assert.Null(Take(("cache", "ALL")).Reload);
        Assert.Null(Take(("lookup.cache", "FULL")).Reload);
        Assert.Equal("every 5000 ms, not from 01:00 to 02:00", Describe(("cache", "ALL"), ("cacheTTLMs", "5000"), ("cacheReloadTimeBlackList", "1:00 -> 2:00")));
        Assert.Equal("every 5000 ms after the last load", Describe(("lookup.cache", "FULL"), ("lookup.full-cache.periodic-reload.interval", "5s")));
        Assert.Equal("every 5000 ms", Describe(("lookup.cache", "FULL"), ("lookup.full-cache.periodic-reload.interval", "5s"), ("lookup.full-cache.periodic-reload.schedule-mode", "FIXED_RATE")));
        Assert.Equal("every 5000 ms after the last load", Describe(("cache", "ALL"), ("cacheTTLMs", "5000"), ("lookup.full-cache.periodic-reload.schedule-mode", "FIXED_DELAY")));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("10:15", "at 10:15:00 (Europe/Berlin) each day")]
    [InlineData("10:15:30", "at 10:15:30 (Europe/Berlin) each day")]
    [InlineData("10:15Z", "at 10:15:00 (UTC) each day")]
    [InlineData("10:15+07:00", "at 10:15:00 (+07:00) each day")]
    [InlineData("10:15-03:30", "at 10:15:00 (-03:30) each day")]
    public void A_time_of_day_may_have_a_zone_of_its_own(string text, string expected) =>
        Assert.Equal(expected, Describe(("lookup.cache", "FULL"), ("lookup.full-cache.reload-strategy", "TIMED"), ("lookup.full-cache.timed-reload.iso-time", text)));

    [Fact]
    public void A_time_of_day_may_have_days_between() => Assert.Equal("at 10:15:00 (UTC) every 3 days", Describe(
        ("lookup.cache", "FULL"), ("lookup.full-cache.reload-strategy", "TIMED"), ("lookup.full-cache.timed-reload.iso-time", "10:15Z"), ("lookup.full-cache.timed-reload.interval-in-days", "3")));

    [Theory]
    [InlineData("10")]
    [InlineData("25:00")]
    [InlineData("10:15+7")]
    [InlineData("10:15+19:00")]
    [InlineData("")]
    public void A_wrong_time_of_day_is_refused(string text) => Assert.Equal(
        $"script.sql:3:1: 'lookup.full-cache.timed-reload.iso-time' is \"{text}\"; allowed: a time of day such as 10:15 (in the session's time zone), 10:15Z or 10:15+07:00",
        Refusal(("lookup.cache", "FULL"), ("lookup.full-cache.reload-strategy", "TIMED"), ("lookup.full-cache.timed-reload.iso-time", text)));

    [Theory]
    [InlineData("async", null, true)]
    [InlineData("lookup.async", null, false)]
    [InlineData("lookup.async", "ORDERED", false)]
    [InlineData("lookup.async", "allow_unordered", true)]
    public void The_references_async_may_reorder_and_Flinks_only_where_the_session_allows_it(string option, string? mode, bool mayReorder)
    {
        _mode = mode;
        Assert.Equal(mayReorder, Take((option, "true")).MayReorder);
        Assert.False(Take((option, "false")).MayReorder);
    }

    [Fact]
    public void A_wrong_output_mode_is_refused()
    {
        _mode = "ANY";
        Assert.Equal("script.sql:1:1: SET 'table.exec.async-lookup.output-mode' is \"ANY\"; allowed: ORDERED, ALLOW_UNORDERED", Refusal(("lookup.async", "true")));
    }

    [Fact]
    public void Every_option_is_known_to_the_bag_after_they_were_taken()
    {
        var bag = Bag([.. LookupOptions.Options.Where(o => o.Name.StartsWith("lookup.full", StringComparison.Ordinal)).Select(o => (o.Name, o.Name switch
        {
            "lookup.full-cache.reload-strategy" => "TIMED",
            "lookup.full-cache.periodic-reload.interval" => "1s",
            "lookup.full-cache.periodic-reload.schedule-mode" => "FIXED_RATE",
            "lookup.full-cache.timed-reload.iso-time" => "10:15",
            _ => "1",
        }))]);
        LookupOptions.Take(bag, Context());
        bag.RefuseUnknown("the table", []);
    }

    private LookupSettings Take(params (string Name, string Value)[] options) => LookupOptions.Take(Bag(options), Context());

    private string Refusal(params (string Name, string Value)[] options) => Assert.Throws<ConfigException>(() => Take(options)).Message;

    private string Describe(params (string Name, string Value)[] options) => Take(options).Reload!.Describe();

    /// <summary>One option a line.</summary>
    private OptionBag Bag((string Name, string Value)[] options)
    {
        var members = options.Select((o, i) => KeyValuePair.Create(o.Name, OptionNode.Scalar(OptionKind.Text, o.Value, new Place("script.sql", i + 1, 1, ""))));
        return new OptionBag(OptionNode.Map([.. members], new Place("script.sql", 1, 1, "")), Report());
    }

    private TableContext Context() => new(1, ".", TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Report(), () => Stream.Null)
    {
        Settings = _mode is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["table.exec.async-lookup.output-mode"] = _mode },
    };

    private Report Report() => new(strict: false, _warnings.Add);
}
