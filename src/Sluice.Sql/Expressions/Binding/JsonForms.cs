using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions.Json;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT, JSON_ARRAY and IS JSON: calls with words between their arguments.</summary>
internal static class JsonForms
{
    public static bool IsJson(Expression syntax) => syntax
        is JsonExistsExpression or JsonValueExpression or JsonQueryExpression or JsonObjectExpression or JsonArrayExpression or IsJsonExpression;

    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(Expression syntax, Func<Expression, BoundExpression?> bind, Func<TypeSyntax, SqlType?> bindType, Folding folding) => syntax switch
    {
        JsonExistsExpression exists => Exists(exists, bind, folding.Errors),
        JsonValueExpression value => Value(value, bind, bindType, folding),
        JsonQueryExpression query => Query(query, bind, bindType, folding.Errors),
        JsonObjectExpression entries => Object(entries, bind, folding.Errors),
        JsonArrayExpression items => Construct([.. items.Items], null, items.AbsentOnNull ?? true, items.Span, bind),
        IsJsonExpression test => Is(test, bind, folding.Errors),
        _ => null,
    };

    private static BoundCall? Exists(JsonExistsExpression syntax, Func<Expression, BoundExpression?> bind, ErrorList errors)
    {
        var onError = syntax.OnError?.Kind ?? JsonBehaviorKind.False;
        return Arguments("JSON_EXISTS", syntax.Input, syntax.Path, bind, errors) is not { } arguments ? null
            : new BoundCall(
                SqlType.Boolean.Nullable(arguments[0].Type.IsNullable || onError == JsonBehaviorKind.Unknown), syntax.Span, arguments, (to, a) =>
                    Code.Call(typeof(JsonSearch), nameof(JsonSearch.Exists), null, a[0], a[1], Code.Constant(onError), to.Item(typeof(JsonCall), _ => new JsonCall())));
    }

    private static BoundExpression? Value(
        JsonValueExpression syntax, Func<Expression, BoundExpression?> bind, Func<TypeSyntax, SqlType?> bindType, Folding folding)
    {
        var arguments = Arguments("JSON_VALUE", syntax.Input, syntax.Path, bind, folding.Errors);
        var type = syntax.Returning is null ? SqlType.String : bindType(syntax.Returning);
        if (arguments is null || type is null)
        {
            return null;
        }

        CallCode? search = type.Kind switch
        {
            TypeKind.Char or TypeKind.Varchar => (to, a) => Code.Call(typeof(JsonSearch), nameof(JsonSearch.Text), null, a[0], a[1], a[2], to.Heap),
            TypeKind.Boolean => (_, a) => Code.Call(typeof(JsonSearch), nameof(JsonSearch.Boolean), null, a[0], a[1], a[2]),
            TypeKind.Int or TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.BigInt => (_, a) => Whole(a, type),
            TypeKind.Double => (_, a) => Code.Call(typeof(JsonSearch), nameof(JsonSearch.Double), null, a[0], a[1], a[2]),
            _ => null,
        };
        if (search is null)
        {
            folding.Errors.Add(syntax.Returning!.Span, $"JSON_VALUE returns STRING, BOOLEAN, integers or DOUBLE, not {type}");
            return null;
        }

        var (onEmpty, onError) = (Outcome(syntax.OnEmpty, type, bind, folding), Outcome(syntax.OnError, type, bind, folding));
        var found = onEmpty is null || onError is null ? null
            : new BoundJson("JSON_VALUE", arguments, search, onEmpty, onError, type.IsCharacter ? SqlType.String : type.Nullable(), syntax.Span);
        return found is null || found.Type.SameAs(type) ? found : Cast.Must(found, type);
    }

    private static System.Linq.Expressions.MethodCallExpression Whole(IReadOnlyList<Code> a, SqlType type)
    {
        var (min, max) = type.Kind switch
        {
            TypeKind.TinyInt => (sbyte.MinValue, sbyte.MaxValue),
            TypeKind.SmallInt => (short.MinValue, short.MaxValue),
            TypeKind.Int => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        return Code.Call(typeof(JsonSearch), nameof(JsonSearch.Long), null, a[0], a[1], Code.Constant(min), Code.Constant(max), a[2]);
    }

    private static BoundJson? Query(JsonQueryExpression syntax, Func<Expression, BoundExpression?> bind, Func<TypeSyntax, SqlType?> bindType, ErrorList errors)
    {
        var arguments = Arguments("JSON_QUERY", syntax.Input, syntax.Path, bind, errors);
        var type = syntax.Returning is null ? SqlType.String : bindType(syntax.Returning);
        if (arguments is null || type is null)
        {
            return null;
        }

        var isArray = type.Kind == TypeKind.Array && type.Element!.IsCharacter;
        if (!isArray && !(type.IsCharacter && type.Precision == SqlType.MaxLength))
        {
            errors.Add(syntax.Returning!.Span, $"JSON_QUERY returns STRING or ARRAY<STRING>, not {type}");
            return null;
        }

        var wrapper = Code.Constant(syntax.Wrapper ?? JsonWrapper.Without);
        return new BoundJson(
            "JSON_QUERY", arguments,
            (to, a) => isArray
                ? Code.Call(typeof(JsonSearch), nameof(JsonSearch.QueryArray), null, a[0], a[1], wrapper, a[2], to.Heap, to.Scratch(type.Nullable()))
                : Code.Call(typeof(JsonSearch), nameof(JsonSearch.Query), null, a[0], a[1], wrapper, a[2], to.Heap),
            Outcome(syntax.OnEmpty, isArray, syntax.Span), Outcome(syntax.OnError, isArray, syntax.Span), type.Nullable(), syntax.Span);
    }

    /// <summary>What JSON_VALUE gives; null after an error was reported.</summary>
    private static JsonOutcomeValue? Outcome(JsonBehavior? behavior, SqlType type, Func<Expression, BoundExpression?> bind, Folding folding)
    {
        switch (behavior?.Kind)
        {
            case JsonBehaviorKind.Error:
                return new JsonOutcomeValue(true, null);
            case JsonBehaviorKind.Default when behavior.Default is { } syntax:
                if (bind(syntax) is not { } value)
                {
                    return null;
                }

                if (Cast.To(value, type, value.Span) is { } cast)
                {
                    return new JsonOutcomeValue(false, folding.Fold(cast));
                }

                folding.Errors.Add(value.Span, $"the DEFAULT of JSON_VALUE is {value.Type.Nullable()}, and JSON_VALUE returns {type.Nullable()}");
                return null;
            default:
                return new JsonOutcomeValue(false, null);
        }
    }

    /// <summary>What JSON_QUERY gives.</summary>
    private static JsonOutcomeValue Outcome(JsonBehavior? behavior, bool isArray, SourceSpan span) => behavior?.Kind switch
    {
        JsonBehaviorKind.Error => new JsonOutcomeValue(true, null),
        JsonBehaviorKind.EmptyArray when isArray => new JsonOutcomeValue(false, new BoundArray([], SqlType.Array(SqlType.String), span)),
        JsonBehaviorKind.EmptyArray => new JsonOutcomeValue(false, Literals.Text("[]", span)),
        JsonBehaviorKind.EmptyObject when !isArray => new JsonOutcomeValue(false, Literals.Text("{}", span)),
        _ => new JsonOutcomeValue(false, null),
    };

    private static BoundJsonText? Object(JsonObjectExpression syntax, Func<Expression, BoundExpression?> bind, ErrorList errors)
    {
        var keys = new List<string>();
        foreach (var entry in syntax.Entries)
        {
            if (entry.Key is StringLiteral key)
            {
                keys.Add(key.Value);
            }
            else
            {
                errors.Add(entry.Key.Span, "a key of JSON_OBJECT is a text written here, in quotes");
            }
        }

        var built = Construct([.. syntax.Entries.Select(e => e.Value)], keys, syntax.AbsentOnNull ?? false, syntax.Span, bind);
        return keys.Count == syntax.Entries.Count ? built : null;
    }

    private static BoundJsonText? Construct(
        IReadOnlyList<Expression> values, IReadOnlyList<string>? keys, bool absentOnNull, SourceSpan span, Func<Expression, BoundExpression?> bind)
    {
        var parts = values.Select(v => v is FunctionCall { Arguments: [var text] } call && IsRaw(call) && bind(text) is { } bound && (bound.Type.IsCharacter || bound.Type.Kind == TypeKind.Null)
            ? (Value: Raw(bound), IsJson: true)
            : (Value: bind(v), IsJson: v is JsonObjectExpression or JsonArrayExpression)).ToList();
        return parts.Exists(p => p.Value is null) ? null : new BoundJsonText([.. parts.Select(p => (p.Value!, p.IsJson))], keys, absentOnNull, span);
    }

    private static BoundCall Raw(BoundExpression text) =>
        new(SqlType.String, text.Span, [text], (to, a) => Code.Call(typeof(JsonFunctions), nameof(JsonFunctions.Json), null, a[0], to.Heap));

    /// <summary><c>JSON('...')</c>: a text that is JSON already.</summary>
    private static bool IsRaw(FunctionCall call) => string.Equals(call.Name.ToString(), "JSON", StringComparison.OrdinalIgnoreCase);

    private static BoundIsJson? Is(IsJsonExpression syntax, Func<Expression, BoundExpression?> bind, ErrorList errors)
    {
        if (bind(syntax.Operand) is not { } operand)
        {
            return null;
        }

        if (!operand.Type.IsCharacter && operand.Type.Kind != TypeKind.Null)
        {
            errors.Add(operand.Span, $"IS JSON takes a text, and this is {operand.Type.Nullable()}");
            return null;
        }

        return new BoundIsJson(operand, syntax.Shape, syntax.Negated, syntax.Span);
    }

    private static BoundExpression[]? Arguments(string name, Expression input, Expression path, Func<Expression, BoundExpression?> bind, ErrorList errors)
    {
        var (json, at) = (bind(input), bind(path));
        if (json is null || at is null)
        {
            return null;
        }

        foreach (var argument in new[] { json, at })
        {
            if (!argument.Type.IsCharacter && argument.Type.Kind != TypeKind.Null)
            {
                errors.Add(argument.Span, $"{name} takes texts, and this is {argument.Type.Nullable()}");
                return null;
            }
        }

        return [json, at];
    }
}
