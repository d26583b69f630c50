namespace Sluice.Sql.Parsing.Syntax;

/// <summary>Anything that has a value, and what may stand as an argument of a call.</summary>
internal abstract record Expression(SourceSpan Span) : SyntaxNode(Span);

/// <summary><c>a</c>, <c>t.a</c>, <c>t.a.b</c>: which parts are table, column and field is the binder's to say.</summary>
internal sealed record ColumnReference(SourceSpan Span, QualifiedName Name) : Expression(Span);

/// <summary><c>*</c> and <c>t.*</c> as an item of SELECT, <c>*</c> as the argument of COUNT.</summary>
internal sealed record Star(SourceSpan Span, QualifiedName? Qualifier) : Expression(Span);

internal enum UnaryOperator
{
    Plus,
    Minus,
    Not,
}

internal sealed record UnaryExpression(SourceSpan Span, UnaryOperator Operator, Expression Operand) : Expression(Span);

internal enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Concat,
    Multiply,
    Divide,
    Remainder,
}

/// <param name="OperatorSpan">The operator itself, for errors about it.</param>
internal sealed record BinaryExpression(SourceSpan Span, BinaryOperator Operator, Expression Left, Expression Right, SourceSpan OperatorSpan) : Expression(Span);

internal enum IsTest
{
    Null,
    True,
    False,
    Unknown,
}

/// <summary><c>x IS [NOT] NULL</c> and its kin.</summary>
internal sealed record IsExpression(SourceSpan Span, Expression Operand, IsTest Test, bool Negated) : Expression(Span);

/// <summary><c>a IS [NOT] DISTINCT FROM b</c>.</summary>
internal sealed record DistinctFromExpression(SourceSpan Span, Expression Left, Expression Right, bool Negated) : Expression(Span);

internal sealed record BetweenExpression(SourceSpan Span, Expression Operand, Expression Low, Expression High, bool Negated, bool Symmetric) : Expression(Span);

internal sealed record InListExpression(SourceSpan Span, Expression Operand, IReadOnlyList<Expression> Items, bool Negated) : Expression(Span);

internal sealed record InQueryExpression(SourceSpan Span, Expression Operand, Query Query, bool Negated) : Expression(Span);

internal enum LikeKind
{
    Like,
    SimilarTo,
}

internal sealed record LikeExpression(SourceSpan Span, LikeKind Kind, Expression Operand, Expression Pattern, Expression? Escape, bool Negated) : Expression(Span);

internal sealed record ExistsExpression(SourceSpan Span, Query Query) : Expression(Span);

internal enum Quantifier
{
    Any,
    All,
}

/// <summary><c>a &lt; ANY (query)</c>, <c>a = ALL (1, 2)</c>; SOME is ANY. Either <paramref name="Query"/> or <paramref name="Items"/> is given.</summary>
internal sealed record QuantifiedExpression(
    SourceSpan Span, Expression Left, BinaryOperator Operator, Quantifier Quantifier, Query? Query, IReadOnlyList<Expression> Items, SourceSpan OperatorSpan) : Expression(Span);

/// <param name="Operand">Given in <c>CASE x WHEN 1 ...</c>, absent in <c>CASE WHEN x = 1 ...</c>.</param>
internal sealed record CaseExpression(SourceSpan Span, Expression? Operand, IReadOnlyList<CaseBranch> Branches, Expression? Else) : Expression(Span);

/// <param name="When">The values or conditions; <c>WHEN 1, 2 THEN</c> has several, with an operand only.</param>
internal sealed record CaseBranch(SourceSpan Span, IReadOnlyList<Expression> When, Expression Then) : SyntaxNode(Span);

/// <param name="Try">TRY_CAST, which gives NULL where CAST fails.</param>
internal sealed record CastExpression(SourceSpan Span, Expression Operand, TypeSyntax Type, bool Try) : Expression(Span);

/// <summary><c>ARRAY[a, b]</c>.</summary>
internal sealed record ArrayExpression(SourceSpan Span, IReadOnlyList<Expression> Items) : Expression(Span);

/// <summary><c>MAP[k, v, ...]</c>: keys and values take turns and their number is even.</summary>
internal sealed record MapExpression(SourceSpan Span, IReadOnlyList<Expression> KeysAndValues) : Expression(Span);

/// <summary><c>MULTISET[a, b]</c>, kept so that it can be refused.</summary>
internal sealed record MultisetExpression(SourceSpan Span, IReadOnlyList<Expression> Items) : Expression(Span);

/// <summary><c>ROW(a, b)</c>, or <c>(a, b)</c> where <paramref name="Explicit"/> is false.</summary>
internal sealed record RowExpression(SourceSpan Span, IReadOnlyList<Expression> Items, bool Explicit) : Expression(Span);

/// <summary><c>x[i]</c> of an array, a map or a row.</summary>
internal sealed record ElementExpression(SourceSpan Span, Expression Operand, Expression Index) : Expression(Span);

/// <summary><c>(x).field</c>, <c>x[1].field</c>, <c>f(x).field</c>. A plain <c>a.b</c> is a <see cref="ColumnReference"/>.</summary>
internal sealed record FieldExpression(SourceSpan Span, Expression Operand, Identifier Field) : Expression(Span);

/// <summary>A query in parentheses where a value is expected.</summary>
internal sealed record SubqueryExpression(SourceSpan Span, Query Query) : Expression(Span);

/// <summary><c>ARRAY(query)</c>, <c>MAP(query)</c>, <c>MULTISET(query)</c>, kept so that they can be refused.</summary>
internal sealed record CollectionQueryExpression(SourceSpan Span, string Collection, Query Query) : Expression(Span);

internal enum PeriodOperator
{
    Overlaps,
    Contains,
    Equals,
    Precedes,
    Succeeds,
    ImmediatelyPrecedes,
    ImmediatelySucceeds,
}

/// <summary><c>(start, end) OVERLAPS (start, end)</c> and its kin; both sides are rows of two.</summary>
internal sealed record PeriodExpression(SourceSpan Span, PeriodOperator Operator, Expression Left, Expression Right, SourceSpan OperatorSpan) : Expression(Span);
