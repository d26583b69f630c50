namespace Sluice.Engine.Connectors;

/// <summary>A part of a source that one task reads in order: a key range of a table, a partition of a topic, a file.
/// A source derives its own kind, which says what to read.</summary>
public class Split(string id)
{
    public static readonly Split None = new("");

    /// <summary>Stable across runs of the same job: positions are kept under it.</summary>
    public string Id { get; } = id;

    /// <summary>What a later run must know to read the same part again, such as the bounds of a key range; null where the id says it all.</summary>
    public virtual string? State => null;

    /// <summary>Whether it is read in no certain order, so that nothing between its beginning and its end is a position (S-27c): what was read
    /// of it in part is read again. Such a reader ignores a position that is not <see cref="Position.IsEnd"/>.</summary>
    public virtual bool IsWhole => false;

    /// <summary>One line for <c>explain</c>: what is read.</summary>
    public virtual string Describe() => Id;
}

/// <summary>A position of a split.</summary>
public readonly record struct SplitPosition(Split Split, Position Position);
