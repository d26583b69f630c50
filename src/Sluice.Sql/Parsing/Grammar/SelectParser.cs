using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>SELECT with its clauses up to QUALIFY.</summary>
internal sealed class SelectParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public SelectBody Parse()
    {
        var keyword = _cursor.Expect("SELECT");
        var hints = parts.Hints.Parse();
        var set = parts.Calls.SetQuantifier();
        var items = Items();
        var from = _cursor.Take("FROM") ? parts.Joins.Parse() : null;
        var where = Where();
        var groupBy = GroupBy();
        var having = Having();
        var window = Window();
        var qualify = Qualify();
        return new SelectBody(_cursor.From(keyword.Start), keyword, hints, set, items, from, where, groupBy, having, window, qualify);
    }

    private List<SelectItem> Items()
    {
        var items = new List<SelectItem>();
        do
        {
            if (items.Count > 0 && _cursor.AtAny("FROM", "WHERE"))
            {
                throw TokenCursor.Fail(_cursor.Last, $"expected an expression after this ',', found {_cursor.Found()}; remove the ','");
            }

            items.Add(Item());
        }
        while (_cursor.TakeSymbol(","));
        return items;
    }

    private SelectItem Item()
    {
        if (_cursor.AtSymbol("*"))
        {
            var star = _cursor.Next().Span;
            return new SelectItem(star, new Star(star, null), null);
        }

        if (_cursor.AtName() && StarFollows())
        {
            var name = _cursor.QualifiedName("the name of a table");
            _cursor.ExpectSymbol(".");
            _cursor.ExpectSymbol("*");
            var span = _cursor.From(name);
            return new SelectItem(span, new Star(span, name), null);
        }

        var expression = parts.Expressions.Parse();
        Identifier? alias = null;
        if (_cursor.Take("AS"))
        {
            alias = _cursor.Name("the name of a column after AS");
        }
        else if (_cursor.AtName())
        {
            alias = _cursor.Name("the name of a column");
            _cursor.MarkAlias();
        }

        return new SelectItem(_cursor.From(expression), expression, alias);
    }

    private bool StarFollows()
    {
        var ahead = 1;
        while (_cursor.Peek(ahead).IsSymbol(".") && _cursor.Peek(ahead + 1).Kind is TokenKind.Word or TokenKind.QuotedName)
        {
            ahead += 2;
        }

        return _cursor.Peek(ahead).IsSymbol(".") && _cursor.Peek(ahead + 1).IsSymbol("*");
    }

    private WhereClause? Where()
    {
        if (!_cursor.At("WHERE"))
        {
            return null;
        }

        var keyword = _cursor.Expect("WHERE");
        var condition = parts.Expressions.Parse();
        return new WhereClause(_cursor.From(keyword.Start), keyword, condition);
    }

    private GroupByClause? GroupBy()
    {
        if (!_cursor.At("GROUP"))
        {
            return null;
        }

        var keyword = _cursor.Expect("GROUP", "BY");
        var set = parts.Calls.SetQuantifier();
        var items = new List<GroupItem>();
        do
        {
            items.Add(GroupItem());
        }
        while (_cursor.TakeSymbol(","));
        return new GroupByClause(_cursor.From(keyword.Start), keyword, set, items);
    }

    private GroupItem GroupItem()
    {
        var start = _cursor.Current.Span.Start;
        var kind = _cursor.Take("GROUPING", "SETS") ? GroupKind.GroupingSets
            : _cursor.Take("ROLLUP") ? GroupKind.Rollup
            : _cursor.Take("CUBE") ? GroupKind.Cube
            : GroupKind.Expression;
        if (kind == GroupKind.Expression)
        {
            var single = GroupSet();
            return new GroupItem(_cursor.From(start), kind, [single]);
        }

        _cursor.ExpectSymbol("(", "before the sets of columns");
        var sets = new List<Expression>();
        do
        {
            sets.Add(GroupSet());
        }
        while (_cursor.MoreInList(")", "a set of columns"));
        return new GroupItem(_cursor.From(start), kind, sets);
    }

    private Expression GroupSet()
    {
        if (!_cursor.AtSymbol("(") || !_cursor.Peek().IsSymbol(")"))
        {
            return parts.Expressions.Parse();
        }

        var start = _cursor.Next().Span.Start;
        _cursor.Next();
        return new RowExpression(_cursor.From(start), [], Explicit: false);
    }

    private HavingClause? Having()
    {
        if (!_cursor.At("HAVING"))
        {
            return null;
        }

        var keyword = _cursor.Expect("HAVING");
        var condition = parts.Expressions.Parse();
        return new HavingClause(_cursor.From(keyword.Start), keyword, condition);
    }

    private WindowClause? Window()
    {
        if (!_cursor.At("WINDOW"))
        {
            return null;
        }

        var keyword = _cursor.Expect("WINDOW");
        var windows = new List<NamedWindow>();
        do
        {
            var name = _cursor.Name("the name of a window");
            _cursor.Expect("AS");
            var window = parts.Windows.Specification();
            windows.Add(new NamedWindow(_cursor.From(name), name, window));
        }
        while (_cursor.TakeSymbol(","));
        return new WindowClause(_cursor.From(keyword.Start), keyword, windows);
    }

    private QualifyClause? Qualify()
    {
        if (!_cursor.At("QUALIFY"))
        {
            return null;
        }

        var keyword = _cursor.Expect("QUALIFY");
        var condition = parts.Expressions.Parse();
        return new QualifyClause(_cursor.From(keyword.Start), keyword, condition);
    }
}
