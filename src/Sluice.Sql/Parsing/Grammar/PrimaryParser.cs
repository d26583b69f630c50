using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>What stands between operators: literals, names, calls, parentheses, and access to elements and fields.</summary>
internal sealed class PrimaryParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public Expression Parse()
    {
        var expression = Start();
        for (var links = 0; ; _cursor.Link(ref links))
        {
            if (_cursor.TakeSymbol("["))
            {
                var index = parts.Expressions.Parse();
                _cursor.ExpectSymbol("]", "after the index");
                expression = new ElementExpression(_cursor.From(expression), expression, index);
            }
            else if (_cursor.AtSymbol(".") && !_cursor.Peek().IsSymbol("*"))
            {
                _cursor.Next();
                var field = _cursor.Name("the name of a field after '.'");
                expression = new FieldExpression(_cursor.From(expression), expression, field);
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression Start()
    {
        var token = _cursor.Current;
        switch (token.Kind)
        {
            case TokenKind.Integer or TokenKind.Decimal or TokenKind.Approximate:
                return parts.Literals.Number();
            case TokenKind.String or TokenKind.UnicodeString:
                return parts.Literals.Text();
            case TokenKind.Binary:
                return parts.Literals.Binary();
            case TokenKind.QuotedName:
                return NameOrCall();
            case TokenKind.Word:
                return Word(token);
            case TokenKind.Symbol when token.Text == "(":
                return Parenthesized();
            case TokenKind.Symbol when token.Text == "?":
                throw TokenCursor.Fail(token.Span, "'?' is a parameter of a prepared statement, which a script has none of; write the value, or ${name}");
            case TokenKind.HintStart:
                throw TokenCursor.Fail(token.Span, "a hint stands behind SELECT or behind the name of a table only");
            default:
                throw _cursor.Expected("an expression");
        }
    }

    private Expression Word(Token token)
    {
        var next = _cursor.Peek();
        switch (token.Text)
        {
            case "TRUE" or "FALSE" or "UNKNOWN":
                _cursor.Next();
                return new BooleanLiteral(token.Span, token.Text == "UNKNOWN" ? null : token.Text == "TRUE");
            case "NULL":
                _cursor.Next();
                return new NullLiteral(token.Span);
            case "CASE":
                return Case();
            case "CAST" or "TRY_CAST":
                return Cast();
            case "EXISTS":
                return Exists();
            case "INTERVAL":
                return Interval();
            case "DATE" or "TIME" or "TIMESTAMP" when next.Kind is TokenKind.String:
                return Temporal();
            case "TIMESTAMP" or "TIME" or "TIMESTAMP_LTZ" when next.IsWord("WITH") || next.Kind is TokenKind.String:
                throw TokenCursor.Fail(token.Span, "a literal has no time zone in Flink SQL; write CAST(TIMESTAMP '...' AS TIMESTAMP_LTZ(3))");
            case "ROW" when next.IsSymbol("("):
                return Row();
            case "ARRAY" or "MAP" or "MULTISET" when next.IsSymbol("["):
                return Collection();
            case "ARRAY" or "MAP" or "MULTISET" when next.IsSymbol("("):
                return CollectionQuery();
            default:
                return parts.Calls.TrySpecial(token) ?? NameOrCall();
        }
    }

    private Expression NameOrCall()
    {
        var token = _cursor.Current;
        if (token.Kind == TokenKind.Word && _cursor.Peek().IsSymbol("(") && ReservedWords.IsFunction(token.Text))
        {
            return parts.Calls.Call(parts.Calls.WordAsName());
        }

        if (!_cursor.AtName() && token.Kind == TokenKind.Word && NotAName(token) is { } error)
        {
            throw error;
        }

        var name = _cursor.QualifiedName("an expression");
        return _cursor.AtSymbol("(") ? parts.Calls.Call(name) : new ColumnReference(name.Span, name);
    }

    /// <summary>A reserved word that is more likely misplaced than meant as a name.</summary>
    private SyntaxException? NotAName(Token token) => token.Text switch
    {
        "SELECT" or "WITH" or "VALUES" => TokenCursor.Fail(token.Span, $"a query inside of an expression stands in parentheses; expected '(' before '{token.Text}'"),
        "FROM" or "WHERE" or "HAVING" or "LIMIT" or "UNION" or "INTERSECT" or "EXCEPT" or "AND" or "OR" or "IS" or "IN" or "LIKE" or "BETWEEN"
            or "THEN" or "WHEN" or "ELSE" or "END" or "AS" or "ON" or "JOIN" or "INTO" => _cursor.Expected("an expression"),
        "ORDER" or "GROUP" when _cursor.Peek().IsWord("BY") => _cursor.Expected("an expression"),
        _ => null,
    };

    private Expression Parenthesized()
    {
        var start = _cursor.Next().Span.Start;
        if (parts.Queries.AtStart())
        {
            var query = parts.Queries.Parse();
            _cursor.ExpectSymbol(")", "after the query");
            return new SubqueryExpression(_cursor.From(start), query);
        }

        var first = parts.Expressions.Parse();
        if (first is SubqueryExpression nested && parts.Queries.AtContinuation())
        {
            // ((SELECT ..) UNION (SELECT ..)): what began like an expression is a query.
            var query = parts.Queries.Continue(new NestedQuery(nested.Span, nested.Query));
            _cursor.ExpectSymbol(")", "after the query");
            return new SubqueryExpression(_cursor.From(start), query);
        }

        if (!_cursor.MoreInList(")", "the expression"))
        {
            return first;
        }

        var items = new List<Expression> { first };
        do
        {
            items.Add(parts.Expressions.Parse());
        }
        while (_cursor.MoreInList(")", "a value of the row"));
        return new RowExpression(_cursor.From(start), items, Explicit: false);
    }

    private CaseExpression Case()
    {
        var start = _cursor.Expect("CASE").Start;
        var operand = _cursor.At("WHEN") ? null : parts.Expressions.Parse();
        var branches = new List<CaseBranch>();
        do
        {
            branches.Add(Branch(operand is not null));
        }
        while (_cursor.At("WHEN"));
        var otherwise = _cursor.Take("ELSE") ? parts.Expressions.Parse() : null;
        if (!_cursor.Take("END"))
        {
            throw otherwise is null
                ? _cursor.Expected("WHEN, ELSE or END", "in CASE", "WHEN", "ELSE", "END")
                : _cursor.Expected("END", "of CASE", "END");
        }

        return new CaseExpression(_cursor.From(start), operand, branches, otherwise);
    }

    private CaseBranch Branch(bool many)
    {
        var start = _cursor.Expect("WHEN").Start;
        var when = new List<Expression> { parts.Expressions.Parse() };
        while (many && _cursor.TakeSymbol(","))
        {
            when.Add(parts.Expressions.Parse());
        }

        _cursor.Expect("THEN");
        var then = parts.Expressions.Parse();
        return new CaseBranch(_cursor.From(start), when, then);
    }

    private CastExpression Cast()
    {
        var word = _cursor.Next();
        _cursor.ExpectSymbol("(", $"after {word.Text}");
        var operand = parts.Expressions.Parse();
        _cursor.Expect("AS");
        var type = parts.Types.Parse();
        _cursor.ExpectSymbol(")", $"after the type of {word.Text}");
        return new CastExpression(_cursor.From(word.Span.Start), operand, type, word.Text == "TRY_CAST");
    }

    private ExistsExpression Exists()
    {
        var start = _cursor.Expect("EXISTS").Start;
        _cursor.ExpectSymbol("(", "after EXISTS");
        var query = parts.Queries.Parse();
        _cursor.ExpectSymbol(")", "after the query of EXISTS");
        return new ExistsExpression(_cursor.From(start), query);
    }

    private IntervalLiteral Interval()
    {
        var start = _cursor.Expect("INTERVAL").Start;
        var negative = _cursor.TakeSymbol("-");
        if (!negative)
        {
            _cursor.TakeSymbol("+");
        }

        var text = _cursor.Text("a number in quotes after INTERVAL, such as INTERVAL '5' MINUTE");
        var qualifier = parts.Types.Qualifier();
        return new IntervalLiteral(_cursor.From(start), negative, text, qualifier);
    }

    private TemporalLiteral Temporal()
    {
        var word = _cursor.Next();
        var kind = word.Text switch
        {
            "DATE" => TemporalKind.Date,
            "TIME" => TemporalKind.Time,
            _ => TemporalKind.Timestamp,
        };
        var text = _cursor.Text("a text in quotes");
        return new TemporalLiteral(_cursor.From(word.Span.Start), kind, text);
    }

    private RowExpression Row()
    {
        var start = _cursor.Expect("ROW").Start;
        _cursor.ExpectSymbol("(");
        var items = parts.Expressions.ParseList(")", "a value of the row");
        return new RowExpression(_cursor.From(start), items, Explicit: true);
    }

    private Expression Collection()
    {
        var word = _cursor.Next();
        _cursor.ExpectSymbol("[");
        var items = parts.Expressions.ParseList("]", $"an item of {word.Text}");
        var span = _cursor.From(word.Span.Start);
        return word.Text switch
        {
            "ARRAY" => new ArrayExpression(span, items),
            "MULTISET" => new MultisetExpression(span, items),
            _ when items.Count % 2 != 0 => throw TokenCursor.Fail(span, "MAP[...] takes a value for each key: MAP['a', 1, 'b', 2]"),
            _ => new MapExpression(span, items),
        };
    }

    private CollectionQueryExpression CollectionQuery()
    {
        var word = _cursor.Next();
        _cursor.ExpectSymbol("(");
        if (!parts.Queries.AtStart())
        {
            throw _cursor.Expected($"a query after '{word.Text}('; elements stand in brackets: {word.Text}[...]");
        }

        var query = parts.Queries.Parse();
        _cursor.ExpectSymbol(")", "after the query");
        return new CollectionQueryExpression(_cursor.From(word.Span.Start), word.Text, query);
    }
}
