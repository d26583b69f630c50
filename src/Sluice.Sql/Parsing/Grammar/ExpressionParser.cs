using System.Collections.Frozen;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Operators by precedence climbing. The precedences are Flink's: <c>||</c> binds like <c>*</c>, and LIKE, IN and BETWEEN bind
/// tighter than comparisons.</summary>
internal sealed class ExpressionParser(GrammarParts parts)
{
    private const int Lowest = 0;
    private const int Or = 22;
    private const int And = 24;
    private const int Not = 26;
    private const int Is = 28;
    private const int Comparison = 30;
    private const int Predicate = 32;
    private const int Sum = 40;
    private const int Product = 60;
    private const int Sign = 80;

    private static readonly FrozenDictionary<string, (BinaryOperator Operator, int Precedence)> s_binary =
        new Dictionary<string, (BinaryOperator, int)>(StringComparer.Ordinal)
        {
            ["OR"] = (BinaryOperator.Or, Or),
            ["AND"] = (BinaryOperator.And, And),
            ["="] = (BinaryOperator.Equal, Comparison),
            ["<>"] = (BinaryOperator.NotEqual, Comparison),
            ["<"] = (BinaryOperator.Less, Comparison),
            ["<="] = (BinaryOperator.LessOrEqual, Comparison),
            [">"] = (BinaryOperator.Greater, Comparison),
            [">="] = (BinaryOperator.GreaterOrEqual, Comparison),
            ["+"] = (BinaryOperator.Add, Sum),
            ["-"] = (BinaryOperator.Subtract, Sum),
            ["*"] = (BinaryOperator.Multiply, Product),
            ["/"] = (BinaryOperator.Divide, Product),
            ["%"] = (BinaryOperator.Remainder, Product),
            ["||"] = (BinaryOperator.Concat, Product),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, PeriodOperator> s_periods = new Dictionary<string, PeriodOperator>(StringComparer.Ordinal)
    {
        ["OVERLAPS"] = PeriodOperator.Overlaps,
        ["CONTAINS"] = PeriodOperator.Contains,
        ["EQUALS"] = PeriodOperator.Equals,
        ["PRECEDES"] = PeriodOperator.Precedes,
        ["SUCCEEDS"] = PeriodOperator.Succeeds,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly TokenCursor _cursor = parts.Cursor;

    public Expression Parse() => Parse(Lowest);

    /// <summary>An expression that IN, LIKE and all that binds more weakly end: <c>POSITION(a IN b)</c>.</summary>
    public Expression ParseOperand() => Parse(Predicate + 1);

    /// <summary>Expressions up to the closing symbol, which is taken; there may be none.</summary>
    public IReadOnlyList<Expression> ParseList(string close, string what)
    {
        var items = new List<Expression>();
        if (_cursor.TakeSymbol(close))
        {
            return items;
        }

        do
        {
            items.Add(Parse());
        }
        while (_cursor.MoreInList(close, what));
        return items;
    }

    private Expression Parse(int minimum)
    {
        _cursor.Enter();
        var left = Prefix();
        for (var links = 0; Continue(left, minimum) is { } longer; left = longer)
        {
            _cursor.Link(ref links);
        }

        _cursor.Leave();
        return left;
    }

    private Expression Prefix()
    {
        var start = _cursor.Current.Span.Start;
        if (_cursor.Take("NOT"))
        {
            var operand = Parse(Not);
            return new UnaryExpression(_cursor.From(start), UnaryOperator.Not, operand);
        }

        if (_cursor.AtSymbol("-") || _cursor.AtSymbol("+"))
        {
            var sign = _cursor.Next().Text == "-" ? UnaryOperator.Minus : UnaryOperator.Plus;
            var operand = Parse(Sign);
            return new UnaryExpression(_cursor.From(start), sign, operand);
        }

        return parts.Primaries.Parse();
    }

    /// <summary>The expression with the operator that follows it; null where none that binds as tightly follows.</summary>
    private Expression? Continue(Expression left, int minimum)
    {
        var token = _cursor.Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.Symbol))
        {
            return null;
        }

        if (s_binary.TryGetValue(token.Text, out var binary))
        {
            return binary.Precedence >= minimum ? Binary(left, binary.Operator, binary.Precedence) : null;
        }

        if (token.Kind == TokenKind.Symbol)
        {
            return null;
        }

        return token.Text switch
        {
            "IS" => AfterIs(left, minimum),
            "NOT" or "BETWEEN" or "IN" or "LIKE" or "SIMILAR" => Predicate >= minimum ? AfterPredicate(left) : null,
            "AT" when _cursor.Peek().IsWord("TIME") || _cursor.Peek().IsWord("LOCAL") =>
                throw TokenCursor.Fail(token.Span, "AT TIME ZONE is not in Flink SQL; use CONVERT_TZ for texts, TO_TIMESTAMP_LTZ and CAST for timestamps"),
            "IMMEDIATELY" or "OVERLAPS" or "CONTAINS" or "EQUALS" or "PRECEDES" or "SUCCEEDS" => Comparison >= minimum ? Period(left) : null,
            _ => null,
        };
    }

    private Expression Binary(Expression left, BinaryOperator @operator, int precedence)
    {
        var token = _cursor.Next();
        if (precedence == Comparison && _cursor.AtAny("ANY", "SOME", "ALL") && _cursor.Peek().IsSymbol("("))
        {
            return Quantified(left, @operator, token.Span);
        }

        var right = Parse(precedence + 1);
        return new BinaryExpression(_cursor.From(left), @operator, left, right, token.Span);
    }

    private QuantifiedExpression Quantified(Expression left, BinaryOperator @operator, SourceSpan operatorSpan)
    {
        var quantifier = _cursor.Next().Text == "ALL" ? Quantifier.All : Quantifier.Any;
        var (query, items) = QueryOrItems();
        return new QuantifiedExpression(_cursor.From(left), left, @operator, quantifier, query, items, operatorSpan);
    }

    /// <summary><c>(query)</c> or <c>(a, b)</c>.</summary>
    private (Query? Query, IReadOnlyList<Expression> Items) QueryOrItems()
    {
        var open = _cursor.ExpectSymbol("(");
        if (parts.Queries.AtStart())
        {
            var query = parts.Queries.Parse();
            _cursor.ExpectSymbol(")", "after the query");
            return (query, []);
        }

        var items = ParseList(")", "an item of the list");
        return items.Count > 0 ? (null, items) : throw TokenCursor.Fail(_cursor.From(open.Span.Start), "this list is empty; it takes at least one item, or a query");
    }

    private Expression? AfterIs(Expression left, int minimum)
    {
        var negated = _cursor.Peek().IsWord("NOT");
        var word = _cursor.Peek(negated ? 2 : 1);
        if ((word.IsWord("DISTINCT") ? Comparison : Is) < minimum)
        {
            return null;
        }

        _cursor.Expect("IS");
        _cursor.Take("NOT");
        switch (word.Kind == TokenKind.Word ? word.Text : "")
        {
            case "DISTINCT":
                _cursor.Expect("DISTINCT", "FROM");
                var right = Parse(Comparison + 1);
                return new DistinctFromExpression(_cursor.From(left), left, right, negated);
            case "JSON":
                _cursor.Next();
                var shape = Shape();
                return new IsJsonExpression(_cursor.From(left), left, shape, negated);
            case "NULL" or "TRUE" or "FALSE" or "UNKNOWN":
                var test = _cursor.Next().Text switch
                {
                    "NULL" => IsTest.Null,
                    "TRUE" => IsTest.True,
                    "FALSE" => IsTest.False,
                    _ => IsTest.Unknown,
                };
                return new IsExpression(_cursor.From(left), left, test, negated);
            default:
                throw _cursor.Expected("NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON", "after IS", "NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "JSON");
        }
    }

    private JsonShape Shape()
    {
        if (!_cursor.AtAny("VALUE", "SCALAR", "ARRAY", "OBJECT"))
        {
            return JsonShape.Value;
        }

        return _cursor.Next().Text switch
        {
            "SCALAR" => JsonShape.Scalar,
            "ARRAY" => JsonShape.Array,
            "OBJECT" => JsonShape.Object,
            _ => JsonShape.Value,
        };
    }

    private Expression AfterPredicate(Expression left)
    {
        var negated = _cursor.Take("NOT");
        if (_cursor.Take("BETWEEN"))
        {
            return Between(left, negated);
        }

        if (_cursor.Take("IN"))
        {
            var (query, items) = QueryOrItems();
            return query is null
                ? new InListExpression(_cursor.From(left), left, items, negated)
                : new InQueryExpression(_cursor.From(left), left, query, negated);
        }

        if (_cursor.AtAny("LIKE", "SIMILAR"))
        {
            return Like(left, negated);
        }

        throw _cursor.Expected("BETWEEN, IN, LIKE or SIMILAR TO", "after NOT", "BETWEEN", "IN", "LIKE", "SIMILAR");
    }

    private BetweenExpression Between(Expression left, bool negated)
    {
        var symmetric = _cursor.Take("SYMMETRIC");
        if (!symmetric)
        {
            _cursor.Take("ASYMMETRIC");
        }

        var low = Parse(Predicate + 1);
        _cursor.Expect("AND");
        var high = Parse(Predicate + 1);
        return new BetweenExpression(_cursor.From(left), left, low, high, negated, symmetric);
    }

    private LikeExpression Like(Expression left, bool negated)
    {
        var kind = _cursor.Next().Text == "LIKE" ? LikeKind.Like : LikeKind.SimilarTo;
        if (kind == LikeKind.SimilarTo)
        {
            _cursor.Expect("TO");
        }

        var pattern = Parse(Predicate + 1);
        var escape = _cursor.Take("ESCAPE") ? Parse(Predicate + 1) : null;
        return new LikeExpression(_cursor.From(left), kind, left, pattern, escape, negated);
    }

    private PeriodExpression Period(Expression left)
    {
        var start = _cursor.Current.Span.Start;
        PeriodOperator @operator;
        if (_cursor.Take("IMMEDIATELY"))
        {
            @operator = _cursor.Take("PRECEDES") ? PeriodOperator.ImmediatelyPrecedes
                : _cursor.Take("SUCCEEDS") ? PeriodOperator.ImmediatelySucceeds
                : throw _cursor.Expected("PRECEDES or SUCCEEDS", "after IMMEDIATELY", "PRECEDES", "SUCCEEDS");
        }
        else
        {
            @operator = s_periods[_cursor.Next().Text];
        }

        var span = _cursor.From(start);
        var right = Parse(Comparison + 1);
        return new PeriodExpression(_cursor.From(left), @operator, left, right, span);
    }
}
