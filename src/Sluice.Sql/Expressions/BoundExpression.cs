using Sluice.Engine.Types;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Expressions;

/// <summary>An expression whose names and types are known.</summary>
/// <param name="Type">The type of its values.</param>
/// <param name="Span">The text it was written as.</param>
internal abstract record BoundExpression(SqlType Type, SourceSpan Span);

/// <summary>A column of the rows that come in.</summary>
internal sealed record BoundColumn(int Index, string Name, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span);

/// <summary>A field of a row; null where the row is.</summary>
internal sealed record BoundField(BoundExpression Row, int Field, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span);

/// <summary>A constant.</summary>
/// <param name="Value">As <see cref="SqlType.Storage"/> says; null for NULL.</param>
internal sealed record BoundLiteral(object? Value, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span);
