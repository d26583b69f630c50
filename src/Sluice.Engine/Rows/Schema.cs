using Sluice.Engine.Types;

namespace Sluice.Engine.Rows;

/// <summary>One column of a source: its name and what its text means.</summary>
public sealed record Field(string Name, DataType Type);

/// <summary>The columns of a source, in order.</summary>
public sealed class Schema(IReadOnlyList<Field> fields)
{
    public IReadOnlyList<Field> Fields { get; } = fields;

    public int Count => Fields.Count;

    public Field this[int index] => Fields[index];

    public override string ToString() => string.Join(", ", Fields.Select(f => f.Name));
}
