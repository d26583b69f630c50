using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>How a job runs (S-6, S-7), under the same keys in all dialects.</summary>
internal static class Settings
{
    public const int MaxConcurrent = 1024;
    public const double BytesPerMegabyte = 1_048_576;
    public const double MaxBytesPerSecond = 1L << 60;

    private static readonly Option<OptionNode?> s_errorLimit = Option.Node("errorLimit", "an object with 'record' or 'percentage'", "How many dirty records the job may have.");
    private static readonly Option<OptionNode?> s_speed = Option.Node("speed", "an object", "How many tasks run at a time, and how fast.");

    private static readonly Option<long?> s_record = Option.OptionalInteger("record", "More dirty records than this end the job.", min: 0);
    private static readonly Option<double?> s_percentage = Option.OptionalNumber("percentage", "A larger share of dirty records among the rows read fails the job at its end.", min: 0, max: 1);

    private static readonly Option<long> s_oneTaskOrMore = Option.Integer("concurrent", 1, "", min: 1, max: MaxConcurrent);
    private static readonly Option<long> s_concurrent = new(s_oneTaskOrMore.Name, s_oneTaskOrMore.ValueKind, 1, (node, _) => s_oneTaskOrMore.Read(node), "Tasks at a time.") { Aliases = ["channel"] };
    private static readonly Option<bool> s_trueOrFalse = Option.Boolean("throttle", false, "");
    private static readonly Option<bool?> s_throttle = new(s_trueOrFalse.Name, s_trueOrFalse.ValueKind, null, (node, _) => s_trueOrFalse.Read(node), "Whether 'mbps' holds.");
    private static readonly Option<OptionNode?> s_mbps = Option.Node("mbps", "a number above 0", "Megabytes of values per second over all tasks.");
    private static readonly Option<long> s_byte = Option.Integer("byte", -1, "Bytes of values per second over all tasks; 0 and -1 are unlimited.", min: -1);
    private static readonly Option<long> s_rows = Option.Integer("record", -1, "Rows per second over all tasks; 0 and -1 are unlimited.", min: -1);

    public static JobSettings Read(OptionNode? setting, Report report)
    {
        if (setting is null)
        {
            return new JobSettings();
        }

        var bag = new OptionBag(Shape.Expect(setting, OptionKind.Map, "'setting'"), report);
        var limit = ReadLimit(Shape.Optional(bag, s_errorLimit, OptionKind.Map), report);
        var settings = ReadSpeed(Shape.Optional(bag, s_speed, OptionKind.Map), report) with { DirtyLimit = limit };
        bag.RefuseLeftovers();
        return settings;
    }

    private static DirtyLimit ReadLimit(OptionNode? node, Report report)
    {
        if (node is null)
        {
            return new DirtyLimit(0, null);
        }

        var bag = new OptionBag(node, report);
        var records = bag.Take(s_record);
        var fraction = bag.Take(s_percentage);
        bag.RefuseLeftovers();

        // Nothing is dropped silently: with neither of them no dirty record is allowed.
        return new DirtyLimit(records ?? (fraction is null ? 0 : null), fraction);
    }

    private static JobSettings ReadSpeed(OptionNode? node, Report report)
    {
        if (node is null)
        {
            return new JobSettings();
        }

        var bag = new OptionBag(node, report);
        var concurrent = (int)bag.Take(s_concurrent);
        var bytes = Limit(bag.Take(s_byte));
        var rows = Limit(bag.Take(s_rows));
        var throttled = ReadThrottle(bag, report, otherLimit: bytes is not null || rows is not null);
        bag.RefuseLeftovers();
        return new JobSettings { Concurrent = concurrent, BytesPerSecond = Lower(bytes, throttled), RowsPerSecond = rows };
    }

    private static long? ReadThrottle(OptionBag speed, Report report, bool otherLimit)
    {
        var throttle = speed.Take(s_throttle);
        var mbps = speed.Take(s_mbps);
        if (throttle == false)
        {
            return null;
        }

        if (mbps is null)
        {
            if (throttle == true && !otherLimit)
            {
                report.Warn(speed.PlaceOf(s_throttle), "'throttle' is true without 'mbps', so the speed is not limited; give 'mbps' or set it to false.");
            }

            return null;
        }

        return mbps.Kind is OptionKind.Number or OptionKind.Text
            && double.TryParse(mbps.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var megabytes) && double.IsFinite(megabytes) && megabytes > 0
            ? (long)Math.Clamp(megabytes * BytesPerMegabyte, 1, MaxBytesPerSecond)
            : throw new ConfigException(mbps.Place, $"'mbps' is {mbps.Show()}; allowed: {s_mbps.ValueKind}");
    }

    private static long? Limit(long given) => given > 0 ? given : null;

    private static long? Lower(long? a, long? b) => a is { } one && b is { } other ? Math.Min(one, other) : a ?? b;
}
