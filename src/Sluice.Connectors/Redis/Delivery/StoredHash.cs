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

    /// <summary>Reads the fields and values of a hash, one after the other.</summary>
    /// <returns>Null where it is none of ours, or of a version that we do not know.</returns>
    public static StoredJob? Read(IReadOnlyList<string> hash)
    {
        var splits = new SortedDictionary<int, StoredSplit>();
        var positions = new Dictionary<string, Position>(StringComparer.Ordinal);
        Fingerprint? fingerprint = null;
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
            }
        }

        return isOurs && fingerprint is not null ? new StoredJob(fingerprint, null, [.. splits.Values], positions) : null;
    }
}
