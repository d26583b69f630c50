namespace Sluice.Sql.Parsing.Syntax;

/// <summary>A type as written.</summary>
/// <param name="Nullable">False for NOT NULL, true for NULL, null where nothing is said, which means that it is nullable.</param>
internal abstract record TypeSyntax(SourceSpan Span, bool? Nullable) : SyntaxNode(Span);

internal enum ScalarKind
{
    Char,
    Varchar,
    String,
    Binary,
    Varbinary,
    Bytes,
    Decimal,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Boolean,
    Date,
    Time,
    Timestamp,
    TimestampWithTimeZone,
    TimestampWithLocalTimeZone,
    Variant,
    Null,
}

/// <param name="Precision">The first number in parentheses: length, precision or digits of the fraction. Not checked against its limits.</param>
/// <param name="Scale">The second number, of a DECIMAL only.</param>
internal sealed record ScalarType(SourceSpan Span, ScalarKind Kind, int? Precision = null, int? Scale = null, bool? Nullable = null) : TypeSyntax(Span, Nullable);

/// <summary><c>INTERVAL DAY TO SECOND(3)</c>.</summary>
internal sealed record IntervalType(SourceSpan Span, IntervalQualifier Qualifier, bool? Nullable = null) : TypeSyntax(Span, Nullable);

/// <summary><c>ARRAY&lt;T&gt;</c> and <c>T ARRAY</c>.</summary>
internal sealed record ArrayType(SourceSpan Span, TypeSyntax Element, bool? Nullable = null) : TypeSyntax(Span, Nullable);

/// <summary><c>MULTISET&lt;T&gt;</c> and <c>T MULTISET</c>.</summary>
internal sealed record MultisetType(SourceSpan Span, TypeSyntax Element, bool? Nullable = null) : TypeSyntax(Span, Nullable);

internal sealed record MapType(SourceSpan Span, TypeSyntax Key, TypeSyntax Value, bool? Nullable = null) : TypeSyntax(Span, Nullable);

/// <summary><c>ROW&lt;a INT, b STRING 'what it is'&gt;</c> and <c>ROW(a INT)</c>.</summary>
internal sealed record RowType(SourceSpan Span, IReadOnlyList<RowField> Fields, bool? Nullable = null) : TypeSyntax(Span, Nullable);

internal sealed record RowField(SourceSpan Span, Identifier Name, TypeSyntax Type, StringLiteral? Comment) : SyntaxNode(Span);

/// <summary>RAW('class', 'snapshot'), and the names of types that are nobody's: kept so that they can be refused.</summary>
internal sealed record OtherType(SourceSpan Span, QualifiedName Name, bool? Nullable = null) : TypeSyntax(Span, Nullable);
