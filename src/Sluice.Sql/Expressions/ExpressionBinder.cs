using Sluice.Engine.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions;

/// <summary>Finds out what an expression means: names, types, overloads. Errors go to the list, with their position.</summary>
internal sealed class ExpressionBinder(SqlSession session, ErrorList errors)
{
    public SqlSession Session { get; } = session;

    public ErrorList Errors { get; } = errors;

    /// <returns>Null after one error or several were reported.</returns>
    public BoundExpression? Bind(Expression syntax, Scope scope) => syntax switch
    {
        ColumnReference column => scope.Resolve(column.Name, Errors),
        NullLiteral => new BoundLiteral(null, SqlType.Null, syntax.Span),
        _ => Fail(syntax.Span, "this kind of expression is not supported yet"),
    };

    /// <summary>What WHERE and ON take: a BOOLEAN.</summary>
    public BoundExpression? BindCondition(Expression syntax, Scope scope)
    {
        var bound = Bind(syntax, scope);
        return bound is null || bound.Type.Kind is TypeKind.Boolean or TypeKind.Null
            ? bound
            : Fail(syntax.Span, $"a condition must be BOOLEAN, and this is {bound.Type}");
    }

    /// <returns>Null after an error was reported.</returns>
    public SqlType? BindType(TypeSyntax syntax)
    {
        Errors.Add(syntax.Span, "this type is not supported yet");
        return null;
    }

    /// <summary>The implicit cast of INSERT.</summary>
    /// <param name="what">What is assigned to, for the message: <c>column 'a'</c>.</param>
    public BoundExpression? Assign(BoundExpression value, SqlType target, string what) =>
        value.Type.SameAs(target) ? value : Fail(value.Span, $"{what} is {target} and the value is {value.Type}; write CAST(... AS {target.Nullable()})");

    internal BoundExpression? Fail(SourceSpan span, string message)
    {
        Errors.Add(span, message);
        return null;
    }
}
