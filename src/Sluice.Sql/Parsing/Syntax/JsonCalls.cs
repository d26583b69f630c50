namespace Sluice.Sql.Parsing.Syntax;

internal enum JsonBehaviorKind
{
    Null,
    Error,
    Default,
    EmptyArray,
    EmptyObject,
    True,
    False,
    Unknown,
}

/// <summary>What a JSON function gives ON EMPTY or ON ERROR.</summary>
/// <param name="Default">The value of <c>DEFAULT x</c>.</param>
internal sealed record JsonBehavior(SourceSpan Span, JsonBehaviorKind Kind, Expression? Default = null) : SyntaxNode(Span);

/// <summary><c>JSON_EXISTS(x, 'path' [TRUE|FALSE|UNKNOWN|ERROR ON ERROR])</c>.</summary>
internal sealed record JsonExistsExpression(SourceSpan Span, Expression Input, Expression Path, JsonBehavior? OnError) : Expression(Span);

/// <summary><c>JSON_VALUE(x, 'path' [RETURNING type] [NULL|ERROR|DEFAULT y ON EMPTY] [... ON ERROR])</c>.</summary>
internal sealed record JsonValueExpression(
    SourceSpan Span, Expression Input, Expression Path, TypeSyntax? Returning, JsonBehavior? OnEmpty, JsonBehavior? OnError) : Expression(Span);

internal enum JsonWrapper
{
    Without,
    Conditional,
    Unconditional,
}

/// <summary><c>JSON_QUERY(x, 'path' [RETURNING type] [.. WRAPPER] [.. ON EMPTY] [.. ON ERROR])</c>.</summary>
/// <param name="Wrapper">Null where it is not said, which means WITHOUT.</param>
internal sealed record JsonQueryExpression(
    SourceSpan Span, Expression Input, Expression Path, TypeSyntax? Returning, JsonWrapper? Wrapper, JsonBehavior? OnEmpty, JsonBehavior? OnError) : Expression(Span);

/// <summary><c>JSON_OBJECT([KEY] k VALUE v, k : v ... [NULL|ABSENT ON NULL])</c>; with <paramref name="Aggregate"/> JSON_OBJECTAGG.</summary>
/// <param name="AbsentOnNull">Null where it is not said, which means NULL ON NULL.</param>
internal sealed record JsonObjectExpression(SourceSpan Span, IReadOnlyList<JsonEntry> Entries, bool? AbsentOnNull, bool Aggregate = false) : Expression(Span);

internal sealed record JsonEntry(SourceSpan Span, Expression Key, Expression Value) : SyntaxNode(Span);

/// <summary><c>JSON_ARRAY(a, b ... [NULL|ABSENT ON NULL])</c>; with <paramref name="Aggregate"/> JSON_ARRAYAGG.</summary>
/// <param name="AbsentOnNull">Null where it is not said, which means ABSENT ON NULL.</param>
internal sealed record JsonArrayExpression(SourceSpan Span, IReadOnlyList<Expression> Items, bool? AbsentOnNull, bool Aggregate = false) : Expression(Span);

internal enum JsonShape
{
    Value,
    Scalar,
    Array,
    Object,
}

/// <summary><c>x IS [NOT] JSON [VALUE|SCALAR|ARRAY|OBJECT]</c>.</summary>
internal sealed record IsJsonExpression(SourceSpan Span, Expression Operand, JsonShape Shape, bool Negated) : Expression(Span);
