using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>FROM: tables and the joins between them.</summary>
internal sealed class JoinParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    /// <summary>All of FROM. A comma binds more weakly than JOIN.</summary>
    public TableExpression Parse()
    {
        var left = Chain(parts.Tables.Parse());
        for (var links = 0; _cursor.AtSymbol(","); _cursor.Link(ref links))
        {
            var comma = _cursor.Next().Span;
            var right = Chain(parts.Tables.Parse());
            left = new JoinTable(_cursor.From(left), JoinKind.Comma, false, left, right, null, [], comma);
        }

        return left;
    }

    private TableExpression Chain(TableExpression left)
    {
        for (var links = 0; Next(left) is { } longer; left = longer)
        {
            _cursor.Link(ref links);
        }

        return left;
    }

    private JoinTable? Next(TableExpression left)
    {
        if (!_cursor.AtAny("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "OUTER", "ASOF"))
        {
            return null;
        }

        var start = _cursor.Current.Span.Start;
        var natural = _cursor.Take("NATURAL");
        var kind = Kind();
        if (!_cursor.Take("JOIN"))
        {
            throw _cursor.At("APPLY")
                ? TokenCursor.Fail(_cursor.Current.Span, "APPLY is not supported; use CROSS JOIN LATERAL")
                : _cursor.Expected("JOIN", "", "JOIN", "OUTER");
        }

        var keyword = _cursor.From(start);
        var right = parts.Tables.Parse();
        Expression? on = null;
        IReadOnlyList<Identifier> @using = [];
        if (_cursor.Take("ON"))
        {
            on = parts.Expressions.Parse();
        }
        else if (_cursor.Take("USING"))
        {
            @using = _cursor.NameList("the name of a column");
        }

        return new JoinTable(_cursor.From(left), kind, natural, left, right, on, @using, keyword);
    }

    private JoinKind Kind()
    {
        if (_cursor.At("ASOF"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "ASOF JOIN is not in Flink SQL");
        }

        if (_cursor.Take("CROSS"))
        {
            return JoinKind.Cross;
        }

        var outer = _cursor.Take("LEFT") ? JoinKind.Left : _cursor.Take("RIGHT") ? JoinKind.Right : _cursor.Take("FULL") ? JoinKind.Full : JoinKind.Inner;
        if (outer == JoinKind.Inner)
        {
            _cursor.Take("INNER");
        }
        else
        {
            _cursor.Take("OUTER");
        }

        return outer;
    }
}
