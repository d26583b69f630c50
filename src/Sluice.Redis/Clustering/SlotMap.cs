namespace Sluice.Redis.Clustering;

/// <summary>Which primary serves each slot, as it was known at one moment. Never changes; a newer map takes its place.</summary>
public sealed class SlotMap
{
    private readonly NodeAddress[] _primaries;
    private readonly short[] _owners;

    private SlotMap(NodeAddress[] primaries, short[] owners, IReadOnlyList<NodeAddress> nodes) =>
        (_primaries, _owners, Nodes) = (primaries, owners, nodes);

    public IReadOnlyList<NodeAddress> Primaries => _primaries;

    /// <summary>All that can be asked for a newer map, replicas included.</summary>
    public IReadOnlyList<NodeAddress> Nodes { get; }

    /// <summary>The index in <see cref="Primaries"/> of who serves the slot; -1 where nobody does.</summary>
    public int OwnerOf(int slot) => _owners[slot];

    /// <summary>Reads the reply to CLUSTER SLOTS: an array of [first slot, last slot, primary, replicas ...], where a node is [host, port, ...].</summary>
    /// <param name="reply">As <see cref="Protocol.RespReply.ToObject"/> gives it.</param>
    /// <param name="asked">Who answered: a host that is not told is that one's.</param>
    /// <returns>Null where it is no such reply, or names no slot at all.</returns>
    internal static SlotMap? Parse(object? reply, NodeAddress asked)
    {
        if (reply is not object?[] { Length: > 0 } ranges)
        {
            return null;
        }

        var (primaries, nodes) = (new List<NodeAddress>(), new HashSet<NodeAddress>());
        var owners = new short[KeySlot.Count];
        Array.Fill(owners, (short)-1);
        foreach (var item in ranges)
        {
            if (item is not object?[] { Length: >= 3 } range || range[0] is not long first || range[1] is not long last
                || first < 0 || last >= KeySlot.Count || first > last || NodeOf(range[2], asked) is not { } primary)
            {
                return null;
            }

            var index = primaries.IndexOf(primary);
            if (index < 0)
            {
                index = primaries.Count;
                primaries.Add(primary);
            }

            owners.AsSpan((int)first, (int)(last - first + 1)).Fill((short)index);
            nodes.Add(primary);
            nodes.UnionWith(range.Skip(3).Select(replica => NodeOf(replica, asked)).OfType<NodeAddress>());
        }

        return new SlotMap([.. primaries], owners, [.. nodes]);
    }

    /// <summary>The same map, but for one slot.</summary>
    internal SlotMap With(int slot, NodeAddress primary)
    {
        var index = Array.IndexOf(_primaries, primary);
        if (index >= 0 && _owners[slot] == index)
        {
            return this;
        }

        var owners = (short[])_owners.Clone();
        owners[slot] = (short)(index < 0 ? _primaries.Length : index);
        return index < 0
            ? new SlotMap([.. _primaries, primary], owners, [.. Nodes, primary])
            : new SlotMap(_primaries, owners, Nodes);
    }

    /// <summary>Whether every slot is served by the same node in both, and the same nodes can be asked.</summary>
    internal bool IsSameAs(SlotMap other)
    {
        for (var slot = 0; slot < KeySlot.Count; slot++)
        {
            var (mine, theirs) = (_owners[slot], other._owners[slot]);
            if ((mine < 0) != (theirs < 0) || (mine >= 0 && _primaries[mine] != other._primaries[theirs]))
            {
                return false;
            }
        }

        return Nodes.ToHashSet().SetEquals(other.Nodes);
    }

    /// <summary>A node that does not know its own address gives none, or a question mark where it was to tell a name.</summary>
    private static NodeAddress? NodeOf(object? item, NodeAddress asked)
    {
        if (item is not object?[] { Length: >= 2 } node || node[1] is not long port || port is <= 0 or > 65535)
        {
            return null;
        }

        var host = node[0] as string is { Length: > 0 } told and not "?" ? told : IpIn(node) ?? asked.Host;
        return new NodeAddress(host, (int)port);
    }

    /// <summary>Since version 7 the other ways to reach a node follow its id.</summary>
    private static string? IpIn(object?[] node)
    {
        var more = node.Length > 3 ? node[3] as object?[] ?? [] : [];
        var at = Array.IndexOf(more, "ip");
        return at >= 0 && at + 1 < more.Length && more[at + 1] is string { Length: > 0 } ip ? ip : null;
    }
}
