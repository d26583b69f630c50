using System.Globalization;

namespace Sluice.Redis.Clustering;

/// <summary>What a node of a cluster says that it serves itself. Two of them are equal where nothing has come to it or gone from it in
/// between: whoever takes a slot over takes a new epoch, and while a slot is on its way both nodes say so.</summary>
/// <param name="Slots">How many slots it serves.</param>
/// <param name="IsMoving">Whether a slot is on its way from it or to it.</param>
/// <param name="Text">Its id, its role, its epoch and its slots.</param>
public sealed record NodeClaim(int Slots, bool IsMoving, string Text)
{
    private const int FirstSlot = 8;

    /// <summary>The question, for <see cref="Pipelining.ReadPipeline.CallAsync"/>.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Question { get; } = ["CLUSTER"u8.ToArray(), "NODES"u8.ToArray()];

    /// <summary>Reads the reply to CLUSTER NODES: a line per node, <c>id address flags primary ping pong epoch link slot ...</c>. A slot
    /// is <c>7</c>, <c>0-5460</c>, or <c>[7-&gt;-id]</c> (<c>&lt;</c>) where it is on its way.</summary>
    /// <returns>Null where it is no such reply.</returns>
    public static NodeClaim? Parse(object? reply)
    {
        foreach (var line in (reply as string ?? "").Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < FirstSlot || !words[2].Split(',').Contains("myself"))
            {
                continue;
            }

            var slots = words[FirstSlot..];
            return new NodeClaim(slots.Sum(SizeOf), Array.Exists(slots, s => s[0] == '['), string.Join(' ', [words[0], words[2], words[6], .. slots]));
        }

        return null;
    }

    private static int SizeOf(string slots)
    {
        var ends = slots.Split('-');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last - first + 1
            : 0;
    }
}
