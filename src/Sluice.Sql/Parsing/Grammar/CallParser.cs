using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Calls of functions, with the special forms that some of them have.</summary>
internal sealed class CallParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    /// <summary>A call whose form is its own; null where the word begins none.</summary>
    public Expression? TrySpecial(Token word)
    {
        if (!_cursor.Peek().IsSymbol("("))
        {
            return !_cursor.Peek().IsSymbol(".") && word.Text is "CURRENT_DATE" or "CURRENT_TIME" or "CURRENT_TIMESTAMP" or "LOCALTIME" or "LOCALTIMESTAMP" or "USER" or "CURRENT_USER"
                or "SESSION_USER" or "SYSTEM_USER" or "CURRENT_ROLE" or "CURRENT_CATALOG" or "CURRENT_SCHEMA" or "CURRENT_PATH"
                ? new FunctionCall(word.Span, WordAsName(), [], Parentheses: false)
                : null;
        }

        return word.Text switch
        {
            "SUBSTRING" => Substring(),
            "TRIM" => Trim(),
            "POSITION" => Position(),
            "OVERLAY" => Overlay(),
            "EXTRACT" => Extract(),
            "FLOOR" or "CEIL" or "CEILING" => Rounding(),
            "TIMESTAMPADD" or "TIMESTAMPDIFF" => WithUnitFirst(),
            _ => parts.Json.TryParse(word),
        };
    }

    /// <summary>The current word as the name of a function, reserved or not.</summary>
    public QualifiedName WordAsName()
    {
        var token = _cursor.Next();
        var name = new Identifier(token.Span, _cursor.Source.Text.Substring(token.Span.Start, token.Span.Length));
        return new QualifiedName(token.Span, [name]);
    }

    /// <summary>A call in the plain form, the parenthesis being next.</summary>
    public FunctionCall Call(QualifiedName name)
    {
        _cursor.ExpectSymbol("(");
        var set = SetQuantifier();
        var arguments = new List<Expression>();
        if (!_cursor.TakeSymbol(")"))
        {
            do
            {
                arguments.Add(Argument());
            }
            while (_cursor.MoreInList(")", $"an argument of {name.Last.Name}"));
        }

        var aggregate = parts.Windows.AfterCall();
        return new FunctionCall(_cursor.From(name), name, arguments, set, aggregate);
    }

    /// <summary>DISTINCT or ALL, where it is next.</summary>
    public SetQuantifier? SetQuantifier()
    {
        if (!_cursor.AtAny("DISTINCT", "ALL"))
        {
            return null;
        }

        var token = _cursor.Next();
        return new SetQuantifier(token.Span, token.Text == "DISTINCT");
    }

    private Expression Argument()
    {
        var token = _cursor.Current;
        var next = _cursor.Peek();
        if (token.IsSymbol("*"))
        {
            _cursor.Next();
            return new Star(token.Span, null);
        }

        if (token.IsWord("DEFAULT"))
        {
            _cursor.Next();
            return new DefaultArgument(token.Span);
        }

        if (token.IsWord("TABLE"))
        {
            return TableArgument();
        }

        if (token.IsWord("DESCRIPTOR") && next.IsSymbol("("))
        {
            _cursor.Next();
            var columns = _cursor.NameList("the name of a column");
            return new DescriptorArgument(_cursor.From(token.Span.Start), columns);
        }

        if (_cursor.AtName() && next.IsSymbol("=>"))
        {
            var name = _cursor.Name("the name of an argument");
            _cursor.ExpectSymbol("=>");
            var value = Argument();
            return new NamedArgument(_cursor.From(name), name, value);
        }

        if (parts.Queries.AtStart())
        {
            var query = parts.Queries.Parse();
            return new SubqueryExpression(query.Span, query);
        }

        return parts.Expressions.Parse();
    }

    private TableArgument TableArgument()
    {
        var start = _cursor.Expect("TABLE").Start;
        QualifiedName? table = null;
        Query? query = null;
        if (_cursor.TakeSymbol("("))
        {
            query = parts.Queries.Parse();
            _cursor.ExpectSymbol(")", "after the query");
        }
        else
        {
            table = _cursor.QualifiedName("the name of a table");
        }

        // A comma ends these, for it begins the next argument; several items stand in parentheses.
        IReadOnlyList<Expression> partitionBy = [];
        if (_cursor.Take("PARTITION", "BY"))
        {
            var by = parts.Expressions.Parse();
            partitionBy = by is RowExpression { Explicit: false } row ? row.Items : [by];
        }

        var orderBy = parts.Queries.OrderByOfArgument();
        return new TableArgument(_cursor.From(start), table, query, partitionBy, orderBy);
    }

    private FunctionCall Substring()
    {
        var name = Open();
        var arguments = new List<Expression> { parts.Expressions.Parse() };
        if (_cursor.Take("FROM"))
        {
            arguments.Add(parts.Expressions.Parse());
            if (_cursor.Take("FOR"))
            {
                arguments.Add(parts.Expressions.Parse());
            }
        }
        else
        {
            Rest(arguments);
        }

        return Close(name, arguments);
    }

    private FunctionCall Overlay()
    {
        var name = Open();
        var arguments = new List<Expression> { parts.Expressions.Parse() };
        if (_cursor.Take("PLACING"))
        {
            arguments.Add(parts.Expressions.Parse());
            _cursor.Expect("FROM");
            arguments.Add(parts.Expressions.Parse());
            if (_cursor.Take("FOR"))
            {
                arguments.Add(parts.Expressions.Parse());
            }
        }
        else
        {
            Rest(arguments);
        }

        return Close(name, arguments);
    }

    private FunctionCall Position()
    {
        var name = Open();
        var sought = parts.Expressions.ParseOperand();
        _cursor.Expect("IN");
        var arguments = new List<Expression> { sought, parts.Expressions.Parse() };
        if (_cursor.Take("FROM"))
        {
            arguments.Add(parts.Expressions.Parse());
        }

        return Close(name, arguments);
    }

    private FunctionCall Extract()
    {
        var name = Open();
        var unit = Unit();
        _cursor.Expect("FROM");
        return Close(name, [unit, parts.Expressions.Parse()]);
    }

    private FunctionCall Rounding()
    {
        var name = Open();
        var arguments = new List<Expression> { parts.Expressions.Parse() };
        if (_cursor.Take("TO"))
        {
            arguments.Add(Unit());
        }
        else
        {
            Rest(arguments);
        }

        return Close(name, arguments);
    }

    private FunctionCall WithUnitFirst()
    {
        var name = Open();
        var arguments = new List<Expression> { Unit() };
        Rest(arguments);
        return Close(name, arguments);
    }

    private FunctionCall Trim()
    {
        var name = Open();
        var at = _cursor.Current.Span;
        TrimSide? side = _cursor.Take("BOTH") ? TrimSide.Both : _cursor.Take("LEADING") ? TrimSide.Leading : _cursor.Take("TRAILING") ? TrimSide.Trailing : null;
        var characters = side is not null && _cursor.At("FROM") ? null : parts.Expressions.Parse();
        if (side is null && !_cursor.At("FROM"))
        {
            var arguments = new List<Expression> { characters! };
            Rest(arguments);
            return Close(name, arguments);
        }

        _cursor.Expect("FROM");
        var operand = parts.Expressions.Parse();
        return Close(name, [new TrimSideArgument(at, side ?? TrimSide.Both), characters ?? new StringLiteral(at, " "), operand]);
    }

    private QualifiedName Open()
    {
        var name = WordAsName();
        _cursor.ExpectSymbol("(");
        return name;
    }

    private void Rest(List<Expression> arguments)
    {
        while (_cursor.TakeSymbol(","))
        {
            arguments.Add(parts.Expressions.Parse());
        }
    }

    private FunctionCall Close(QualifiedName name, IReadOnlyList<Expression> arguments)
    {
        _cursor.ExpectSymbol(")", $"after the arguments of {name.Last.Name.ToUpperInvariant()}");
        return new FunctionCall(_cursor.From(name), name, arguments);
    }

    private TimeUnitArgument Unit()
    {
        var span = _cursor.Current.Span;
        return new TimeUnitArgument(span, TimeUnits.Take(_cursor, TimeUnits.All, "a unit of time"));
    }
}
