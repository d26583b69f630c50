using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>One table of FROM: a name, a query, a function, UNNEST, with its alias.</summary>
internal sealed class TableParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public TableExpression Parse()
    {
        _cursor.Enter();
        var table = Unsupported(Primary());
        _cursor.Leave();
        return table;
    }

    private TableExpression Primary()
    {
        var start = _cursor.Current.Span;
        var lateral = _cursor.Take("LATERAL");
        if (_cursor.AtSymbol("("))
        {
            return Parenthesized(start.Start, lateral);
        }

        if (_cursor.At("UNNEST"))
        {
            return Unnest(start.Start);
        }

        if (_cursor.At("TABLE") && _cursor.Peek().IsSymbol("("))
        {
            return Function(start.Start, lateral);
        }

        var name = _cursor.QualifiedName("the name of a table, or a query in parentheses");
        if (_cursor.AtSymbol("("))
        {
            var call = parts.Calls.Call(name);
            var alias = Alias();
            return new FunctionTable(_cursor.From(start.Start), name.Span, call, lateral, alias);
        }

        return lateral ? throw TokenCursor.Fail(start, "LATERAL stands before TABLE(...), UNNEST(...) or a query in parentheses") : Named(name);
    }

    private TableExpression Named(QualifiedName name)
    {
        var hints = parts.Hints.Parse();
        SystemTimeClause? systemTime = null;
        if (_cursor.At("FOR"))
        {
            var keyword = _cursor.Expect("FOR", "SYSTEM_TIME", "AS", "OF");
            var time = parts.Expressions.Parse();
            systemTime = new SystemTimeClause(_cursor.From(keyword.Start), keyword, time);
        }

        // MATCH_RECOGNIZE and PIVOT stand before the alias.
        if (AtUnsupported())
        {
            return Unsupported(new NamedTable(_cursor.From(name), name, hints, systemTime, null));
        }

        var alias = Alias();
        if (alias is not null && systemTime is null && _cursor.At("FOR"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, $"the alias of a table stands behind its FOR SYSTEM_TIME AS OF: {name.Last.Name} FOR SYSTEM_TIME AS OF ... AS {alias.Name.Name}");
        }

        return new NamedTable(_cursor.From(name), name, hints, systemTime, alias);
    }

    private TableExpression Parenthesized(int start, bool lateral)
    {
        _cursor.ExpectSymbol("(");
        TableExpression inner;
        if (parts.Queries.AtStart())
        {
            var query = parts.Queries.Parse();
            inner = new DerivedTable(query.Span, query, lateral, null);
        }
        else
        {
            inner = parts.Joins.Parse();
        }

        if (inner is DerivedTable { Alias: null } derived)
        {
            // ((SELECT ..) UNION ALL (SELECT ..)): what began like a table is a query.
            var query = parts.Queries.AtContinuation() ? parts.Queries.Continue(new NestedQuery(derived.Span, derived.Query)) : derived.Query;
            _cursor.ExpectSymbol(")", "after the query");
            RefuseSystemTime();
            var span = _cursor.From(start);
            if (AtUnsupported())
            {
                return new DerivedTable(span, query, lateral, null);
            }

            var alias = Alias();
            return new DerivedTable(_cursor.From(start), query, lateral, alias);
        }

        _cursor.ExpectSymbol(")", "after the tables");
        RefuseSystemTime();
        var nestedAlias = Alias();
        return new NestedTable(_cursor.From(start), inner, nestedAlias);
    }

    private void RefuseSystemTime()
    {
        if (_cursor.At("FOR"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "FOR SYSTEM_TIME AS OF stands behind the name of a table; what is in parentheses is no table that can be looked up");
        }
    }

    private UnnestTable Unnest(int start)
    {
        var keyword = _cursor.Expect("UNNEST");
        var open = _cursor.ExpectSymbol("(", "after UNNEST");
        var collections = parts.Expressions.ParseList(")", "an argument of UNNEST");
        if (collections.Count == 0)
        {
            throw TokenCursor.Fail(_cursor.From(open.Span.Start), "UNNEST takes an array, a map or a multiset");
        }

        var ordinality = _cursor.At("WITH");
        if (ordinality)
        {
            _cursor.Expect("WITH", "ORDINALITY");
        }

        var alias = Alias();
        return new UnnestTable(_cursor.From(start), keyword, collections, ordinality, alias);
    }

    private FunctionTable Function(int start, bool lateral)
    {
        var keyword = _cursor.Expect("TABLE");
        _cursor.ExpectSymbol("(");
        var name = _cursor.AtName() ? _cursor.QualifiedName("the name of a function") : FunctionWord();
        if (!_cursor.AtSymbol("("))
        {
            throw _cursor.Expected($"'(' after the function '{name}' in TABLE(...); a table stands in FROM without TABLE");
        }

        var call = parts.Calls.Call(name);
        _cursor.ExpectSymbol(")", "after the call of the table function");
        var alias = Alias();
        return new FunctionTable(_cursor.From(start), keyword, call, lateral, alias);
    }

    private QualifiedName FunctionWord() =>
        _cursor.Current.Kind == TokenKind.Word && _cursor.Peek().IsSymbol("(") ? parts.Calls.WordAsName() : throw _cursor.Expected("the name of a table function", "after TABLE(");

    private TableAlias? Alias()
    {
        var start = _cursor.Current.Span.Start;
        if (AtUnsupported())
        {
            return null;
        }

        Identifier name;
        if (_cursor.Take("AS"))
        {
            name = _cursor.Name("the name of the table after AS");
        }
        else if (_cursor.AtName())
        {
            name = _cursor.Name("the name of the table");
            _cursor.MarkAlias();
        }
        else
        {
            return null;
        }

        var columns = _cursor.AtSymbol("(") ? _cursor.NameList("the name of a column") : [];
        return new TableAlias(_cursor.From(start), name, columns);
    }

    private bool AtUnsupported() =>
        _cursor.AtAny("MATCH_RECOGNIZE", "TABLESAMPLE") || (_cursor.AtAny("PIVOT", "UNPIVOT") && _cursor.Peek().IsSymbol("("));

    /// <summary>The table, or what an operator behind it makes of it.</summary>
    private TableExpression Unsupported(TableExpression table)
    {
        for (var links = 0; AtUnsupported(); _cursor.Link(ref links))
        {
            var word = _cursor.Next();
            while (word.Text == "TABLESAMPLE" && _cursor.Current.Kind == TokenKind.Word)
            {
                _cursor.Next();
            }

            var open = _cursor.ExpectSymbol("(", $"after {word.Text}").Span;
            _cursor.SkipToClosing(open);
            Alias();
            table = new UnsupportedTable(_cursor.From(table), word.Span, word.Text, table);
        }

        return table;
    }
}
