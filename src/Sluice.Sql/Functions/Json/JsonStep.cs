namespace Sluice.Sql.Functions.Json;

internal enum JsonStepKind
{
    /// <summary><c>.name</c>, <c>['name']</c></summary>
    Field,

    /// <summary><c>[0]</c>; <c>[-1]</c> is the last.</summary>
    Index,

    /// <summary><c>[*]</c>, <c>.*</c></summary>
    All,

    /// <summary><c>[0,2]</c></summary>
    Indices,

    /// <summary><c>[1:3]</c>, <c>[-2:]</c>, <c>[:2]</c></summary>
    Slice,
}

/// <param name="Name">UTF-8 of a field's name.</param>
/// <param name="Indices">The indices; of a slice its bounds, <see cref="Open"/> where one is left out.</param>
internal sealed record JsonStep(JsonStepKind Kind, byte[] Name, int[] Indices)
{
    public const int Open = int.MaxValue;

    /// <summary>One place at most.</summary>
    public bool IsDefinite => Kind is JsonStepKind.Field or JsonStepKind.Index;
}
