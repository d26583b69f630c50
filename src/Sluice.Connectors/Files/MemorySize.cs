using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Files;

/// <summary>Flink's notation of a size: <c>128MB</c>, <c>64 kb</c>; a bare number is bytes. Units are powers of 1024.</summary>
internal static class MemorySize
{
    private static readonly (string[] Names, long Unit)[] s_units =
    [
        (["", "b", "bytes"], 1),
        (["k", "kb", "kibibytes"], 1L << 10),
        (["m", "mb", "mebibytes"], 1L << 20),
        (["g", "gb", "gibibytes"], 1L << 30),
        (["t", "tb", "tebibytes"], 1L << 40),
    ];

    public static Option<long> Option(string name, long @default, string defaultText, string doc) =>
        new(name, "size such as 128MB, 64 kb or 1000", @default,
            (node, self) => Parse(node.Text) ?? throw new ConfigException(node.Place, $"'{self.Name}' is {node.Show()}; allowed: {self.ValueKind}"), doc)
        {
            DefaultText = defaultText,
        };

    /// <returns>Bytes, at least 1; null for what is no size.</returns>
    public static long? Parse(string text)
    {
        text = text.Trim();
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? text.Length : end;
        var unit = text[digits..].Trim().ToLowerInvariant();
        foreach (var (names, size) in s_units)
        {
            if (names.Contains(unit))
            {
                return long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count <= long.MaxValue / size
                    ? count * size : null;
            }
        }

        return null;
    }
}
