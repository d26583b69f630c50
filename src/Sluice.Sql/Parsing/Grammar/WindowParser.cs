using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>What may follow an aggregate, and the windows of OVER and WINDOW.</summary>
internal sealed class WindowParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public AggregateClauses? AfterCall()
    {
        var start = _cursor.Current.Span;
        OrderByClause? withinGroup = null;
        Expression? filter = null;
        bool? ignoreNulls = null;
        WindowSpecification? over = null;
        while (true)
        {
            if (_cursor.Take("WITHIN", "GROUP"))
            {
                _cursor.ExpectSymbol("(", "after WITHIN GROUP");
                withinGroup = parts.Queries.OrderBy() ?? throw _cursor.Expected("ORDER BY", "in WITHIN GROUP", "ORDER");
                _cursor.ExpectSymbol(")", "after WITHIN GROUP");
            }
            else if (_cursor.At("FILTER") && _cursor.Peek().IsSymbol("("))
            {
                _cursor.Expect("FILTER");
                _cursor.ExpectSymbol("(");
                _cursor.Expect("WHERE");
                filter = parts.Expressions.Parse();
                _cursor.ExpectSymbol(")", "after the condition of FILTER");
            }
            else if (_cursor.At("RESPECT", "NULLS") || _cursor.At("IGNORE", "NULLS"))
            {
                ignoreNulls = _cursor.Next().Text == "IGNORE";
                _cursor.Expect("NULLS");
            }
            else if (_cursor.Take("OVER"))
            {
                over = Specification();
                break;
            }
            else
            {
                break;
            }
        }

        return withinGroup is null && filter is null && ignoreNulls is null && over is null
            ? null
            : new AggregateClauses(_cursor.From(start.Start), start, withinGroup, filter, ignoreNulls, over);
    }

    /// <summary>A window's name, or its specification in parentheses.</summary>
    public WindowSpecification Specification()
    {
        var start = _cursor.Current.Span;
        if (!_cursor.TakeSymbol("("))
        {
            var window = _cursor.Name("'(' or the name of a window");
            return new WindowSpecification(window.Span, window, [], null, null);
        }

        var name = _cursor.AtName() ? _cursor.Name("the name of a window") : null;
        var partitionBy = PartitionBy();
        var orderBy = parts.Queries.OrderBy();
        string? frame = null;
        if (_cursor.AtAny("ROWS", "RANGE", "GROUPS"))
        {
            var from = _cursor.Current.Span.Start;
            _cursor.SkipToClosing(start);
            frame = _cursor.Source.Text[from..(_cursor.Last.End - 1)].Trim();
        }
        else
        {
            _cursor.ExpectSymbol(")", "after the window");
        }

        return new WindowSpecification(_cursor.From(start.Start), name, partitionBy, orderBy, frame);
    }

    public IReadOnlyList<Expression> PartitionBy()
    {
        var items = new List<Expression>();
        if (!_cursor.Take("PARTITION", "BY"))
        {
            return items;
        }

        do
        {
            items.Add(parts.Expressions.Parse());
        }
        while (_cursor.TakeSymbol(","));
        return items;
    }
}
