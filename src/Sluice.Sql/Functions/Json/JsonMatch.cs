using System.Text.Json;

namespace Sluice.Sql.Functions.Json;

/// <summary>What a search came to.</summary>
internal enum JsonOutcome
{
    Value,
    /// <summary>For <c>ON EMPTY</c>.</summary>
    Empty,
    /// <summary>For <c>ON ERROR</c>; <see cref="JsonCall.Reason"/> says which.</summary>
    Error,
}

/// <summary>A value within a JSON text: its bytes, quotes and brackets included.</summary>
internal readonly record struct JsonMatch(JsonTokenType Type, int Start, int Length)
{
    public bool IsScalar => Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
}

/// <summary>An outcome and, where it is <see cref="JsonOutcome.Value"/>, the value.</summary>
internal readonly record struct JsonFound<T>(JsonOutcome Outcome, T Value)
    where T : struct;
