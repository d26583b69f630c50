namespace Sluice.Engine.Connectors;

/// <summary>A part of a source that one task reads in order: a key range of a table, a partition of a topic, a file.
/// A source derives its own kind, which says what to read.</summary>
public class Split(string id)
{
    public static readonly Split None = new("");

    /// <summary>Stable across runs of the same job: positions are kept under it.</summary>
    public string Id { get; } = id;

    /// <summary>One line for <c>explain</c>: what is read.</summary>
    public virtual string Describe() => Id;
}

/// <summary>How far a split has been read: everything before it is covered. <see cref="Ordinal"/> counts rows of the split
/// (for a topic it is the offset of the next message); <see cref="Key"/> is the key of the last row where the split is read in key order.</summary>
public readonly record struct Position(long Ordinal, string? Key = null);

/// <summary>A position of a split.</summary>
public readonly record struct SplitPosition(Split Split, Position Position);
