using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>SET, RESET, SHOW, DESCRIBE and USE.</summary>
internal sealed class CommandParser(GrammarParts parts)
{
    private static readonly (string[] Words, ShowKind Kind)[] s_shows =
    [
        (["CREATE", "TABLE"], ShowKind.CreateTable),
        (["CREATE", "VIEW"], ShowKind.CreateView),
        (["CREATE", "CATALOG"], ShowKind.CreateCatalog),
        (["CURRENT", "CATALOG"], ShowKind.CurrentCatalog),
        (["CURRENT", "DATABASE"], ShowKind.CurrentDatabase),
        (["TABLES"], ShowKind.Tables),
        (["VIEWS"], ShowKind.Views),
        (["DATABASES"], ShowKind.Databases),
        (["CATALOGS"], ShowKind.Catalogs),
        (["USER", "FUNCTIONS"], ShowKind.Functions),
        (["FUNCTIONS"], ShowKind.Functions),
        (["FULL", "MODULES"], ShowKind.Modules),
        (["MODULES"], ShowKind.Modules),
        (["JARS"], ShowKind.Jars),
        (["JOBS"], ShowKind.Jobs),
        (["COLUMNS"], ShowKind.Columns),
        (["PARTITIONS"], ShowKind.Partitions),
        (["PROCEDURES"], ShowKind.Procedures),
    ];

    private readonly TokenCursor _cursor = parts.Cursor;

    public SetStatement Set()
    {
        var start = _cursor.Expect("SET").Start;
        if (AtStop())
        {
            return new SetStatement(_cursor.From(start), null, null);
        }

        var key = Raw("=", "the name of a setting, such as SET 'table.local-time-zone' = 'UTC'");
        _cursor.ExpectSymbol("=", "after the setting");
        var value = Raw(null, "the value of the setting in single quotes");
        return new SetStatement(_cursor.From(start), key, value);
    }

    public ResetStatement Reset()
    {
        var start = _cursor.Expect("RESET").Start;
        var key = AtStop() ? null : Raw(null, "the name of a setting");
        return new ResetStatement(_cursor.From(start), key);
    }

    public DescribeStatement Describe()
    {
        var start = _cursor.Next().Span.Start;
        var word = _cursor.Current;
        if (_cursor.AtAny("DATABASE", "CATALOG", "FUNCTION", "JOB", "MODEL", "CONNECTION") && _cursor.Peek().Kind is TokenKind.Word or TokenKind.QuotedName)
        {
            throw TokenCursor.Fail(word.Span, $"DESCRIBE {word.Text} is not supported; DESCRIBE takes a table or a view");
        }

        var extended = _cursor.Take("EXTENDED");
        _cursor.Take("TABLE");
        var table = _cursor.QualifiedName("the name of a table");
        return new DescribeStatement(_cursor.From(start), extended, table);
    }

    public UseStatement Use()
    {
        var start = _cursor.Expect("USE").Start;
        if (_cursor.At("MODULES"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "USE MODULES is not supported: there is only the core module");
        }

        var catalog = _cursor.At("CATALOG") && _cursor.Peek().Kind is TokenKind.Word or TokenKind.QuotedName && _cursor.Take("CATALOG");
        var name = _cursor.QualifiedName(catalog ? "the name of a catalog" : "the name of a database");
        return new UseStatement(_cursor.From(start), catalog, name);
    }

    public ShowStatement Show()
    {
        var start = _cursor.Expect("SHOW").Start;
        var at = _cursor.Current.Span.Start;
        foreach (var (words, kind) in s_shows)
        {
            if (_cursor.Take(words))
            {
                return Show(start, _cursor.From(at), kind);
            }
        }

        if (_cursor.Take("CREATE"))
        {
            throw _cursor.Expected("TABLE or VIEW", "after SHOW CREATE", "TABLE", "VIEW", "CATALOG");
        }

        var names = s_shows.Select(s => string.Join(' ', s.Words)).ToArray();
        throw _cursor.Expected(string.Join(", ", names), "after SHOW", [.. s_shows.Select(s => s.Words[0])]);
    }

    private ShowStatement Show(int start, SourceSpan keyword, ShowKind kind)
    {
        QualifiedName? subject = null;
        if (kind is ShowKind.CreateTable or ShowKind.CreateView or ShowKind.CreateCatalog or ShowKind.Partitions)
        {
            subject = _cursor.QualifiedName("a name");
        }
        else if (kind == ShowKind.Columns)
        {
            if (!_cursor.Take("FROM") && !_cursor.Take("IN"))
            {
                throw _cursor.Expected("FROM or IN and the name of a table", "after SHOW COLUMNS", "FROM", "IN");
            }

            subject = _cursor.QualifiedName("the name of a table");
        }
        else if (_cursor.Take("FROM") || _cursor.Take("IN"))
        {
            subject = _cursor.QualifiedName("the name of a database");
        }

        var not = _cursor.AtAny("NOT") && _cursor.Peek() is { Kind: TokenKind.Word, Text: "LIKE" or "ILIKE" } && _cursor.Take("NOT");
        StringLiteral? like = null;
        var ignoreCase = false;
        if (_cursor.AtAny("LIKE", "ILIKE"))
        {
            ignoreCase = _cursor.Next().Text == "ILIKE";
            like = _cursor.Text("a pattern in single quotes");
        }

        return new ShowStatement(_cursor.From(start), keyword, kind, subject, like, not, ignoreCase);
    }

    private bool AtStop() => _cursor.AtEnd || _cursor.AtSymbol(";");

    /// <summary>A text, or what the older form has in its place: all up to the end of the statement, as it is written.</summary>
    private StringLiteral Raw(string? stop, string what)
    {
        if (_cursor.Current.Kind == TokenKind.String)
        {
            return _cursor.Text(what);
        }

        var start = _cursor.Current.Span.Start;
        if (AtStop() || (stop is not null && _cursor.AtSymbol(stop)))
        {
            throw _cursor.Expected(what);
        }

        while (!AtStop() && (stop is null || !_cursor.AtSymbol(stop)))
        {
            _cursor.NextRaw();
        }

        var span = _cursor.From(start);
        return new StringLiteral(span, _cursor.Source.Text.Substring(span.Start, span.Length));
    }
}
