using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>How far each slot of a cluster is with one split: a field of a hash in each slot that was touched, whose key has the slot's tag.</summary>
/// <param name="before">The key up to the tag's opening brace.</param>
/// <param name="after">The key from behind the closing brace on.</param>
/// <param name="field">The split's field in each of these hashes.</param>
public sealed class SlotPositions(string before, string after, string field)
{
    private readonly Dictionary<int, string> _known = [];

    /// <summary>The slots whose positions are known, from what was read or written.</summary>
    public IReadOnlyDictionary<int, string> Known => _known;

    /// <summary>The field in its encoded form.</summary>
    internal byte[] Field { get; } = Encoding.UTF8.GetBytes(field);

    /// <summary>How far a position is, which all of them begin with; -1 is before all.</summary>
    public static long OrdinalOf(string? position)
    {
        var digits = position.AsSpan();
        digits = digits.IndexOf(' ') is var end and >= 0 ? digits[..end] : digits;
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;
    }

    public string KeyOf(int slot) => $"{before}{{{SlotTag.Of(slot)}}}{after}";

    /// <summary>The slot is at least that far.</summary>
    public void Know(int slot, string position) => _known[slot] = position;

    /// <summary>Those that come after one of them, each once, in order.</summary>
    public static IReadOnlyList<string> Beyond(string? position, IEnumerable<string> positions) =>
        [.. positions.Where(other => OrdinalOf(other) > OrdinalOf(position)).DistinctBy(OrdinalOf).OrderBy(OrdinalOf)];

    /// <summary>What the server says of some slots.</summary>
    /// <returns>By slot; none for those that have no position.</returns>
    /// <exception cref="Connections.RedisConnectionException">Not within the time.</exception>
    /// <exception cref="Connections.RedisServerException">A node refuses.</exception>
    /// <exception cref="GuardException">A key holds something else.</exception>
    public async Task<Dictionary<int, string>> ReadAsync(SlotSweep sweep, IEnumerable<int> slots, CancellationToken stop)
    {
        var found = new ConcurrentDictionary<int, string>();
        string? foreign = null;
        await sweep.RunAsync(slots, (to, slot) =>
        {
            to.Begin(3);
            to.Bulk("HGET"u8);
            to.Bulk(Encoding.UTF8.GetBytes(KeyOf(slot)));
            to.Bulk(Field);
        }, (int slot, in RespReply reply) =>
        {
            if (reply.IsError || (!reply.IsNull && OrdinalOf(reply.Text) < 0))
            {
                foreign = KeyOf(slot);
            }
            else if (!reply.IsNull)
            {
                found[slot] = reply.Text;
            }
        }, stop);
        return foreign is null ? new(found) : throw new GuardException(foreign, foreign, null, null, null) { IsForeign = true };
    }

    /// <summary>The slots that were farther than they are now.</summary>
    internal IEnumerable<int> Behind(Dictionary<int, string> found) => _known.Keys.Where(slot => OrdinalOf(found.GetValueOrDefault(slot)) < OrdinalOf(slot));

    internal long OrdinalOf(int slot) => _known.TryGetValue(slot, out var position) ? OrdinalOf(position) : -1;
}
