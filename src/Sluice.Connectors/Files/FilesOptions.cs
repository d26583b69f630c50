using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Files;

/// <summary>The options of a filesystem table: all that Flink has.</summary>
internal static class FilesOptions
{
    public static readonly Option<string?> Path = new("path", "text", null, (node, _) => node.Text, "A file, or a directory with all that is below it; an absolute path, one from the script's directory, or `file://`.") { IsRequired = true };
    public static readonly Option<string?> PathPattern = Option.Text("source.path.regex-pattern", null, "Reads only files whose absolute path the regular expression matches from its beginning to its end.");
    public static readonly Option<string?> DefaultPartition = Option.Text("partition.default-name", "__DEFAULT_PARTITION__", "The name of the partition of rows whose partition column is null or empty.");
    public static readonly Option<long> FileSize = MemorySize.Option("sink.rolling-policy.file-size", 128L << 20, "128MB", "A file that has grown to this size is finished, and a new one is begun.");
    public static readonly Option<TimeSpan> RolloverInterval = Option.Duration("sink.rolling-policy.rollover-interval", TimeSpan.FromMinutes(30), "A file that has been open for so long is finished.");
    public static readonly Option<TimeSpan> InactivityInterval = Option.Duration("sink.rolling-policy.inactivity-interval", TimeSpan.FromMinutes(30), "A file to which nothing was written for so long is finished.");

    private const string NoEffect = "Accepted and without effect: ";

    private static readonly Option<TimeSpan> s_monitorInterval = Option.Duration("source.monitor-interval", TimeSpan.Zero, "Refused: a directory is read once.");
    private static readonly Option<bool> s_autoCompaction = Option.Boolean("auto-compaction", false, "`true` is refused: files are not merged.");
    private static readonly Option<string?> s_commitPolicy = Option.Text("sink.partition-commit.policy.kind", null, "Refused: the files of a partition can be seen as soon as they are finished.");

    /// <summary>What these say matters only together with something that is refused, or not at all.</summary>
    private static readonly IReadOnlyList<IOption> s_withoutEffect =
    [
        Option.Text("source.report-statistics", null, NoEffect + "there is no optimizer that would ask for statistics."),
        Option.Text("sink.parallelism", null, NoEffect + "each task of the job writes files of its own."),
        Option.Text("sink.shuffle-by-partition.enable", null, NoEffect + "rows stay with the task that has read them."),
        Option.Text("sink.rolling-policy.check-interval", null, NoEffect + "the clock is looked at with each batch."),
        Option.Text("compaction.file-size", null, NoEffect + "files are not merged."),
        Option.Text("compaction.parallelism", null, NoEffect + "files are not merged."),
        .. ((string[])["trigger", "delay", "watermark-time-zone", "policy.class", "policy.class.parameters", "success-file.name"])
            .Select(name => Option.Text("sink.partition-commit." + name, null, NoEffect + "it belongs to `sink.partition-commit.policy.kind`.")),
        .. ((string[])["kind", "class", "timestamp-pattern", "timestamp-formatter"])
            .Select(name => Option.Text("partition.time-extractor." + name, null, NoEffect + "it belongs to `sink.partition-commit.policy.kind`.")),
    ];

    public static IReadOnlyList<IOption> All { get; } =
    [
        Path, FormatOptions.Format, PathPattern, DefaultPartition, FileSize, RolloverInterval, InactivityInterval, s_monitorInterval, s_autoCompaction, s_commitPolicy, .. s_withoutEffect,
    ];

    /// <exception cref="ConfigException">The option is given.</exception>
    public static void RefuseMonitoring(OptionBag bag)
    {
        if (bag.Has(s_monitorInterval))
        {
            throw new ConfigException(bag.PlaceOf(s_monitorInterval), $"'{s_monitorInterval.Name}' asks for a directory to be watched for new files, which is not supported; take it away, and the files that are there are read once");
        }
    }

    /// <exception cref="ConfigException">Something is asked for that Flink does with finished files, and this does not.</exception>
    public static void RefuseCommitActions(OptionBag bag)
    {
        if (bag.Take(s_autoCompaction))
        {
            throw new ConfigException(bag.PlaceOf(s_autoCompaction), $"'{s_autoCompaction.Name}' is true, and files are not merged here; take it away, and give a larger '{FileSize.Name}' for fewer files");
        }

        if (bag.Has(s_commitPolicy))
        {
            throw new ConfigException(bag.PlaceOf(s_commitPolicy), $"'{s_commitPolicy.Name}' is given, and partitions are not committed here: their files can be seen as soon as they are finished; take it away");
        }
    }
}
