using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>WITH, set operations, ORDER BY and LIMIT around the bodies of queries.</summary>
internal sealed class QueryParser(GrammarParts parts)
{
    private const int Union = 1;
    private const int Intersect = 2;

    private readonly TokenCursor _cursor = parts.Cursor;

    /// <summary>Whether a query, not in parentheses, begins here.</summary>
    public bool AtStart() => _cursor.AtAny("SELECT", "VALUES") || _cursor.At("TABLE") && IsName(_cursor.Peek())
        || (_cursor.At("WITH") && IsName(_cursor.Peek()));

    /// <summary>Whether what follows a query in parentheses makes it a part of a larger one.</summary>
    public bool AtContinuation() => _cursor.AtAny("UNION", "INTERSECT", "EXCEPT", "MINUS", "ORDER", "LIMIT", "OFFSET", "FETCH");

    public Query Parse()
    {
        _cursor.Enter();
        var start = _cursor.Current.Span.Start;
        var with = _cursor.At("WITH") ? With() : null;
        var query = Finish(start, with, Body(null, Union));
        _cursor.Leave();
        return query;
    }

    /// <summary>The query that begins with a body that has been parsed.</summary>
    public Query Continue(QueryBody first) => Finish(first.Span.Start, null, Body(first, Union));

    public OrderByClause? OrderBy()
    {
        if (!_cursor.At("ORDER"))
        {
            return null;
        }

        var keyword = _cursor.Expect("ORDER", "BY");
        var items = new List<OrderItem>();
        do
        {
            items.Add(OrderItem());
        }
        while (_cursor.TakeSymbol(","));
        return new OrderByClause(_cursor.From(keyword.Start), keyword, items);
    }

    /// <summary>ORDER BY of an argument: one item, or several in parentheses.</summary>
    public OrderByClause? OrderByOfArgument()
    {
        if (!_cursor.At("ORDER"))
        {
            return null;
        }

        var keyword = _cursor.Expect("ORDER", "BY");
        var items = new List<OrderItem>();
        if (_cursor.TakeSymbol("("))
        {
            do
            {
                items.Add(OrderItem());
            }
            while (_cursor.MoreInList(")", "an item of ORDER BY"));
        }
        else
        {
            items.Add(OrderItem());
        }

        return new OrderByClause(_cursor.From(keyword.Start), keyword, items);
    }

    private static bool IsName(Token token) => token.Kind == TokenKind.QuotedName || (token.Kind == TokenKind.Word && (token.Text == "RECURSIVE" || !ReservedWords.Contains(token.Text)));

    private Query Finish(int start, WithClause? with, QueryBody body)
    {
        var orderBy = OrderBy();
        LimitClause? limit = null;
        OffsetClause? offset = null;
        while (true)
        {
            if (limit is null && _cursor.AtAny("LIMIT", "FETCH"))
            {
                limit = _cursor.At("LIMIT") ? Limit() : Fetch();
            }
            else if (offset is null && _cursor.At("OFFSET"))
            {
                offset = Offset();
            }
            else
            {
                return new Query(_cursor.From(start), with, body, orderBy, limit, offset);
            }
        }
    }

    private WithClause With()
    {
        var keyword = _cursor.Expect("WITH");
        if (_cursor.At("RECURSIVE"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "WITH RECURSIVE is not supported");
        }

        var tables = new List<CommonTable>();
        do
        {
            var name = _cursor.Name("the name of a query after WITH");
            var columns = _cursor.AtSymbol("(") ? _cursor.NameList("the name of a column") : [];
            _cursor.Expect("AS");
            _cursor.ExpectSymbol("(", "before the query");
            var query = Parse();
            _cursor.ExpectSymbol(")", "after the query");
            tables.Add(new CommonTable(_cursor.From(name), name, columns, query));
        }
        while (_cursor.TakeSymbol(","));
        return new WithClause(_cursor.From(keyword.Start), keyword, tables);
    }

    /// <param name="first">The first operand, if it has been parsed.</param>
    private QueryBody Body(QueryBody? first, int minimum)
    {
        var left = first ?? Primary();
        for (var links = 0; _cursor.AtAny("UNION", "INTERSECT", "EXCEPT", "MINUS"); _cursor.Link(ref links))
        {
            var word = _cursor.Current;
            var precedence = word.Text == "INTERSECT" ? Intersect : Union;
            if (precedence < minimum)
            {
                break;
            }

            if (word.Text == "MINUS")
            {
                throw TokenCursor.Fail(word.Span, "MINUS is not in Flink SQL; did you mean EXCEPT?");
            }

            _cursor.Next();
            var all = _cursor.Take("ALL");
            if (!all)
            {
                _cursor.Take("DISTINCT");
            }

            var keyword = _cursor.From(word.Span.Start);
            var right = Body(null, precedence + 1);
            var @operator = word.Text switch
            {
                "UNION" => SetOperator.Union,
                "INTERSECT" => SetOperator.Intersect,
                _ => SetOperator.Except,
            };
            left = new SetOperation(_cursor.From(left), @operator, all, left, right, keyword);
        }

        return left;
    }

    private QueryBody Primary()
    {
        switch (_cursor.Current)
        {
            case { Kind: TokenKind.Word, Text: "SELECT" }:
                return parts.Selects.Parse();
            case { Kind: TokenKind.Word, Text: "VALUES" }:
                return Values();
            case { Kind: TokenKind.Word, Text: "TABLE" }:
                var keyword = _cursor.Expect("TABLE");
                var name = _cursor.QualifiedName("the name of a table");
                return new TableBody(_cursor.From(keyword.Start), keyword, name);
            case { Kind: TokenKind.Symbol, Text: "(" }:
                var start = _cursor.Next().Span.Start;
                var query = Parse();
                _cursor.ExpectSymbol(")", "after the query");
                return new NestedQuery(_cursor.From(start), query);
            default:
                throw _cursor.Expected("a query (SELECT, VALUES or WITH)", "", "SELECT", "VALUES", "WITH");
        }
    }

    private ValuesBody Values()
    {
        var keyword = _cursor.Expect("VALUES");
        var rows = new List<RowExpression>();
        do
        {
            var row = parts.Expressions.Parse();
            rows.Add(row as RowExpression ?? new RowExpression(row.Span, [row], Explicit: false));
        }
        while (_cursor.TakeSymbol(","));
        return new ValuesBody(_cursor.From(keyword.Start), keyword, rows);
    }

    private OrderItem OrderItem()
    {
        var expression = parts.Expressions.Parse();
        var descending = _cursor.Take("DESC");
        if (!descending)
        {
            _cursor.Take("ASC");
        }

        bool? nullsFirst = null;
        if (_cursor.Take("NULLS"))
        {
            nullsFirst = _cursor.Take("FIRST") ? true
                : _cursor.Take("LAST") ? false
                : throw _cursor.Expected("FIRST or LAST", "after NULLS", "FIRST", "LAST");
        }

        return new OrderItem(_cursor.From(expression), expression, descending, nullsFirst);
    }

    private LimitClause Limit()
    {
        var keyword = _cursor.Expect("LIMIT");
        var count = _cursor.Take("ALL") ? null : parts.Expressions.Parse();
        return _cursor.AtSymbol(",")
            ? throw TokenCursor.Fail(_cursor.Current.Span, "LIMIT takes one number; write LIMIT count OFFSET start")
            : new LimitClause(_cursor.From(keyword.Start), keyword, count);
    }

    private LimitClause Fetch()
    {
        var keyword = _cursor.Expect("FETCH");
        if (!_cursor.Take("FIRST") && !_cursor.Take("NEXT"))
        {
            throw _cursor.Expected("FIRST or NEXT", "after FETCH", "FIRST", "NEXT");
        }

        var count = parts.Expressions.Parse();
        RowOrRows();
        _cursor.Expect("ONLY");
        return new LimitClause(_cursor.From(keyword.Start), keyword, count);
    }

    private OffsetClause Offset()
    {
        var keyword = _cursor.Expect("OFFSET");
        var start = parts.Expressions.Parse();
        if (_cursor.AtAny("ROW", "ROWS"))
        {
            RowOrRows();
        }

        return new OffsetClause(_cursor.From(keyword.Start), keyword, start);
    }

    private void RowOrRows()
    {
        if (!_cursor.Take("ROW") && !_cursor.Take("ROWS"))
        {
            throw _cursor.Expected("ROW or ROWS", "", "ROW", "ROWS");
        }
    }
}
