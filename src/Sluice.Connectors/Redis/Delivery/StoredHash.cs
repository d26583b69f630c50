using System.Globalization;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>How a job's splits and positions stand in a hash: the names of its fields, documented in docs/delivery.md.</summary>
internal static class StoredHash
{
    /// <summary>All keys of ours begin so.</summary>
    public const string JobPrefix = "sluice:job:";

    public const string VersionField = "sluice";
    public const string FingerprintField = "fingerprint";
    public const string SavedField = "saved";
    public const string FinishedField = "finished";

    /// <summary>Exactly-once: each split has a key of its own, so that tasks do not disturb each other.</summary>
    public const string PositionKeyPrefix = "sluice:position:";

    /// <summary>A field for each split that came while the job ran.</summary>
    public const string ClaimedPrefix = "claimed:";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private const string Version = "1";
    private const string SplitPrefix = "split:";
    private const string PositionPrefix = "position:";

    /// <summary>The fields that are written once: who the job is and how it was cut.</summary>
    public static IEnumerable<string> HeadOf(Fingerprint fingerprint, IReadOnlyList<StoredSplit> splits)
    {
        string[] head = [VersionField, Version, FingerprintField, fingerprint.ToString()];
        return head.Concat(splits.SelectMany((split, i) =>
            (string[])[$"{SplitPrefix}{i.ToString(CultureInfo.InvariantCulture)}:{split.Id}", split.State ?? ""]));
    }

    public static IEnumerable<string> PositionOf(SplitPosition at) => [PositionPrefix + at.Split.Id, at.Position.ToString()];

    public static string TimeOf(DateTimeOffset time) => time.ToString(TimeForm, CultureInfo.InvariantCulture);

    /// <summary>The fields and values of a reply.</summary>
    public static IReadOnlyList<string> Texts(object? reply) => reply is object?[] items ? [.. items.Select(i => i as string ?? "")] : [];

    /// <summary>Whether we have made it, in whatever version.</summary>
    public static bool IsOurs(IReadOnlyList<string> hash) => hash.Where((_, i) => i % 2 == 0).Contains(VersionField);

    /// <summary>The ids of all splits that a hash of ours names.</summary>
    public static IEnumerable<string> SplitsOf(IReadOnlyList<string> hash) => hash.Where((_, i) => i % 2 == 0)
        .Select(field => field.StartsWith(ClaimedPrefix, StringComparison.Ordinal) ? field[ClaimedPrefix.Length..]
            : field.StartsWith(SplitPrefix, StringComparison.Ordinal) ? field[(field.IndexOf(':', SplitPrefix.Length) + 1)..] : "")
        .Where(id => id.Length > 0);

    /// <summary>Reads the fields and values of a hash, one after the other.</summary>
    /// <returns>Null where it is none of ours, or of a version that we do not know.</returns>
    public static StoredJob? Read(IReadOnlyList<string> hash)
    {
        var splits = new SortedDictionary<int, StoredSplit>();
        var positions = new Dictionary<string, Position>(StringComparer.Ordinal);
        Fingerprint? fingerprint = null;
        DateTimeOffset? finished = null;
        var isOurs = false;
        for (var i = 0; i + 1 < hash.Count; i += 2)
        {
            var (field, value) = (hash[i], hash[i + 1]);
            if (field.StartsWith(SplitPrefix, StringComparison.Ordinal) && field.IndexOf(':', SplitPrefix.Length) is var colon and > 0
                && int.TryParse(field.AsSpan(SplitPrefix.Length, colon - SplitPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                splits[number] = new StoredSplit(field[(colon + 1)..], value.Length == 0 ? null : value);
            }
            else if (field.StartsWith(PositionPrefix, StringComparison.Ordinal))
            {
                if (!Position.TryParse(value, out var position))
                {
                    return null;
                }

                positions[field[PositionPrefix.Length..]] = position;
            }
            else
            {
                isOurs |= field == VersionField && value == Version;
                fingerprint = field == FingerprintField ? Fingerprint.Parse(value) : fingerprint;
                finished = field == FinishedField ? TimeFrom(value) : finished;
            }
        }

        return isOurs && fingerprint is not null ? new StoredJob(fingerprint, finished, [.. splits.Values], positions) : null;
    }

    private static DateTimeOffset? TimeFrom(string text) =>
        DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
