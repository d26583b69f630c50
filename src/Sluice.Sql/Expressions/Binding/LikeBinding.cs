using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Patterns;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>LIKE and SIMILAR TO.</summary>
internal static class LikeBinding
{
    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(LikeKind kind, BoundExpression text, BoundExpression pattern, BoundExpression? escape, SourceSpan span, ErrorList errors)
    {
        BoundExpression[] arguments = escape is null ? [text, pattern] : [text, pattern, escape];
        foreach (var argument in arguments)
        {
            if (!argument.Type.IsCharacter && argument.Type.Kind != TypeKind.Null)
            {
                errors.Add(argument.Span, $"{Name(kind)} takes texts, and this is {argument.Type.Nullable()}; write CAST(... AS STRING)");
                return null;
            }
        }

        var type = SqlType.Boolean.Nullable(arguments.Any(a => a.Type.IsNullable));
        if (arguments.Any(a => a.IsNullLiteral))
        {
            return new BoundLiteral(null, SqlType.Boolean, span);
        }

        if (pattern is BoundLiteral { Value: Utf8 constant } && escape is null or BoundLiteral)
        {
            return Constant(kind, text, constant, (escape as BoundLiteral)?.Value is Utf8 e ? e : null, type, pattern.Span, span, errors);
        }

        var method = kind == LikeKind.Like ? nameof(PatternState.Like) : nameof(PatternState.Similar);
        return new BoundCall(type, span, arguments, (to, a) => Code.Call(to.Item(typeof(PatternState), _ => new PatternState()), method, null, [.. a]));
    }

    private static BoundCall? Constant(
        LikeKind kind, BoundExpression text, Utf8 pattern, Utf8? escape, SqlType type, SourceSpan patternSpan, SourceSpan span, ErrorList errors)
    {
        try
        {
            // Says what is wrong with it, and knows whether it is one at all.
            var state = new PatternState();
            _ = (kind, escape) switch
            {
                (LikeKind.Like, null) => state.Like(Utf8.Empty, pattern),
                (LikeKind.Like, { } e) => state.Like(Utf8.Empty, pattern, e),
                (_, null) => state.Similar(Utf8.Empty, pattern),
                (_, { } e) => state.Similar(Utf8.Empty, pattern, e),
            };
        }
        catch (DataException wrong)
        {
            errors.Add(patternSpan, wrong.Message);
            return null;
        }

        return new BoundCall(type, span, [text], (to, a) => kind == LikeKind.Like
            ? Code.Call(to.Item(typeof(LikePattern), _ => new LikePattern(pattern.Span, escape)), nameof(LikePattern.Matches), null, a[0])
            : Code.Call(to.Item(typeof(SimilarPattern), _ => new SimilarPattern(pattern.ToString(), escape?.ToString())), nameof(SimilarPattern.Matches), null, a[0]));
    }

    private static string Name(LikeKind kind) => kind == LikeKind.Like ? "LIKE" : "SIMILAR TO";
}
