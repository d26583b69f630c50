using System.Globalization;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Reads <c>partition:0,offset:42;partition:1,offset:300</c>.</summary>
internal static class SpecificOffsets
{
    public static IReadOnlyDictionary<int, long> Parse(string text, string option, Place? place)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || Number(parts[0], "partition:") is not { } partition || Number(parts[1], "offset:") is not { } offset || partition > int.MaxValue)
            {
                throw new ConfigException(place, $"'{option}' has \"{entry}\"; allowed: partition:0,offset:42;partition:1,offset:300");
            }

            if (!offsets.TryAdd((int)partition, offset))
            {
                throw new ConfigException(place, $"'{option}' names partition {partition} twice");
            }
        }

        return offsets.Count > 0 ? offsets : throw new ConfigException(place, $"'{option}' is empty; allowed: partition:0,offset:42;partition:1,offset:300");
    }

    private static long? Number(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(text.AsSpan(prefix.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number : null;
}
