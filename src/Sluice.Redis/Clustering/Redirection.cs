using System.Globalization;

namespace Sluice.Redis.Clustering;

/// <summary><c>MOVED slot host:port</c>: the slot is served there from now on. <c>ASK slot host:port</c>: only this command, this once.</summary>
public readonly record struct Redirection(bool IsAsk, int Slot, NodeAddress Target)
{
    /// <param name="answered">Who said so: a host that is not told is that one's.</param>
    /// <returns>Null where it is none.</returns>
    public static Redirection? Parse(string text, NodeAddress answered)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var colon = words.Length < 3 ? -1 : words[2].LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || slot >= KeySlot.Count
            || !int.TryParse(words[2].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
        {
            return null;
        }

        var host = words[2][..colon].Trim('[', ']');
        return new Redirection(words[0] == "ASK", slot, new NodeAddress(host is "" or "?" ? answered.Host : host, port));
    }
}
