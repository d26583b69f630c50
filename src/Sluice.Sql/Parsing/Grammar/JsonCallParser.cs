using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT, JSON_ARRAY and the two aggregates.</summary>
internal sealed class JsonCallParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public Expression? TryParse(Token word) => word.Text switch
    {
        "JSON_EXISTS" => Exists(),
        "JSON_VALUE" => Value(),
        "JSON_QUERY" => Query(),
        "JSON_OBJECT" => Object(aggregate: false),
        "JSON_OBJECTAGG" => Object(aggregate: true),
        "JSON_ARRAY" => Array(aggregate: false),
        "JSON_ARRAYAGG" => Array(aggregate: true),
        _ => null,
    };

    private JsonExistsExpression Exists()
    {
        var (start, input, path) = InputAndPath();
        JsonBehavior? onError = null;
        if (_cursor.AtAny("TRUE", "FALSE", "UNKNOWN", "ERROR"))
        {
            var word = _cursor.Next();
            _cursor.Expect("ON", "ERROR");
            var kind = word.Text switch
            {
                "TRUE" => JsonBehaviorKind.True,
                "FALSE" => JsonBehaviorKind.False,
                "ERROR" => JsonBehaviorKind.Error,
                _ => JsonBehaviorKind.Unknown,
            };
            onError = new JsonBehavior(_cursor.From(word.Span.Start), kind);
        }

        Close("TRUE, FALSE, UNKNOWN or ERROR ON ERROR");
        return new JsonExistsExpression(_cursor.From(start), input, path, onError);
    }

    private JsonValueExpression Value()
    {
        var (start, input, path) = InputAndPath();
        var returning = Returning();
        var (onEmpty, onError) = Behaviors(ofValue: true);
        Close("RETURNING, NULL, ERROR or DEFAULT x ON EMPTY or ON ERROR");
        return new JsonValueExpression(_cursor.From(start), input, path, returning, onEmpty, onError);
    }

    private JsonQueryExpression Query()
    {
        var (start, input, path) = InputAndPath();
        var returning = Returning();
        var wrapper = Wrapper();
        var (onEmpty, onError) = Behaviors(ofValue: false);
        Close("RETURNING, WITH or WITHOUT WRAPPER, NULL, ERROR, EMPTY ARRAY or EMPTY OBJECT ON EMPTY or ON ERROR");
        return new JsonQueryExpression(_cursor.From(start), input, path, returning, wrapper, onEmpty, onError);
    }

    private (int Start, Expression Input, Expression Path) InputAndPath()
    {
        var word = _cursor.Next();
        _cursor.ExpectSymbol("(");
        var input = parts.Expressions.Parse();
        RefuseFormat();
        _cursor.ExpectSymbol(",", $"after the first argument of {word.Text}");
        var path = parts.Expressions.Parse();
        if (_cursor.At("PASSING"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "PASSING is not supported; put the value into the path with '||'");
        }

        return (word.Span.Start, input, path);
    }

    private void RefuseFormat()
    {
        if (_cursor.At("FORMAT", "JSON"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "FORMAT JSON is not supported; a text is inserted as JSON with JSON('...')");
        }
    }

    private TypeSyntax? Returning() => _cursor.Take("RETURNING") ? parts.Types.Parse(nullability: false) : null;

    private JsonWrapper? Wrapper()
    {
        if (!_cursor.AtAny("WITH", "WITHOUT"))
        {
            return null;
        }

        var wrapper = JsonWrapper.Without;
        if (_cursor.Next().Text == "WITH")
        {
            wrapper = _cursor.Take("CONDITIONAL") ? JsonWrapper.Conditional : JsonWrapper.Unconditional;
            if (wrapper == JsonWrapper.Unconditional)
            {
                _cursor.Take("UNCONDITIONAL");
            }
        }

        _cursor.Take("ARRAY");
        _cursor.Expect("WRAPPER");
        return wrapper;
    }

    private (JsonBehavior? OnEmpty, JsonBehavior? OnError) Behaviors(bool ofValue)
    {
        JsonBehavior? onEmpty = null;
        JsonBehavior? onError = null;
        while (_cursor.AtAny("NULL", "ERROR") || (ofValue ? _cursor.At("DEFAULT") : _cursor.At("EMPTY")))
        {
            var start = _cursor.Current.Span.Start;
            var (kind, value) = Behavior();
            _cursor.Expect("ON");
            var empty = _cursor.Take("EMPTY");
            if (!empty && !_cursor.Take("ERROR"))
            {
                throw _cursor.Expected("EMPTY or ERROR", "after ON", "EMPTY", "ERROR");
            }

            var behavior = new JsonBehavior(_cursor.From(start), kind, value);
            if ((empty ? onEmpty : onError) is not null)
            {
                throw TokenCursor.Fail(behavior.Span, $"ON {(empty ? "EMPTY" : "ERROR")} is given twice");
            }

            (onEmpty, onError) = empty ? (behavior, onError) : (onEmpty, behavior);
        }

        return (onEmpty, onError);
    }

    private (JsonBehaviorKind Kind, Expression? Default) Behavior()
    {
        switch (_cursor.Next().Text)
        {
            case "NULL":
                return (JsonBehaviorKind.Null, null);
            case "ERROR":
                return (JsonBehaviorKind.Error, null);
            case "DEFAULT":
                return (JsonBehaviorKind.Default, parts.Expressions.Parse());
            default:
                return _cursor.Take("ARRAY") ? (JsonBehaviorKind.EmptyArray, null)
                    : _cursor.Take("OBJECT") ? (JsonBehaviorKind.EmptyObject, null)
                    : throw _cursor.Expected("ARRAY or OBJECT", "after EMPTY", "ARRAY", "OBJECT");
        }
    }

    private JsonObjectExpression Object(bool aggregate)
    {
        var start = _cursor.Next().Span.Start;
        _cursor.ExpectSymbol("(");
        var entries = new List<JsonEntry>();
        if (!_cursor.AtSymbol(")") && !AtNullClause())
        {
            do
            {
                entries.Add(Entry());
            }
            while (!aggregate && _cursor.TakeSymbol(","));
        }

        var absent = NullClause();
        Close("',', or NULL or ABSENT ON NULL");
        return new JsonObjectExpression(_cursor.From(start), entries, absent, aggregate);
    }

    private JsonEntry Entry()
    {
        var start = _cursor.Current.Span.Start;
        if (_cursor.At("KEY") && !(_cursor.Peek().IsWord("VALUE") || _cursor.Peek().IsSymbol(":") || _cursor.Peek().IsSymbol(",") || _cursor.Peek().IsSymbol(".")))
        {
            _cursor.Next();
        }

        var key = parts.Expressions.Parse();
        if (!_cursor.Take("VALUE") && !_cursor.TakeSymbol(":") && !_cursor.TakeSymbol(","))
        {
            throw _cursor.Expected("VALUE or ':'", "after the key", "VALUE");
        }

        var value = parts.Expressions.Parse();
        RefuseFormat();
        return new JsonEntry(_cursor.From(start), key, value);
    }

    private JsonArrayExpression Array(bool aggregate)
    {
        var start = _cursor.Next().Span.Start;
        _cursor.ExpectSymbol("(");
        var items = new List<Expression>();
        if (!_cursor.AtSymbol(")") && !AtNullClause())
        {
            do
            {
                items.Add(parts.Expressions.Parse());
                RefuseFormat();
            }
            while (!aggregate && _cursor.TakeSymbol(","));
        }

        if (aggregate)
        {
            parts.Queries.OrderBy();
        }

        var absent = NullClause();
        Close("',', or NULL or ABSENT ON NULL");
        return new JsonArrayExpression(_cursor.From(start), items, absent, aggregate);
    }

    private bool AtNullClause() => _cursor.At("NULL", "ON") || _cursor.At("ABSENT", "ON");

    private bool? NullClause()
    {
        if (!AtNullClause())
        {
            return null;
        }

        var absent = _cursor.Next().Text == "ABSENT";
        _cursor.Expect("ON", "NULL");
        return absent;
    }

    private void Close(string before)
    {
        if (!_cursor.TakeSymbol(")"))
        {
            throw _cursor.Expected($"')', {before}");
        }
    }
}
