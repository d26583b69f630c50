using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>DROP, ALTER TABLE and INSERT.</summary>
internal sealed class ChangeParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public Statement Drop()
    {
        var start = _cursor.Expect("DROP").Start;
        var temporary = _cursor.Take("TEMPORARY");
        var word = _cursor.Current;
        if (_cursor.AtAny("TABLE", "VIEW"))
        {
            _cursor.Next();
            var ifExists = parts.Definitions.IfExists();
            var name = _cursor.QualifiedName(word.Text == "VIEW" ? "the name of the view" : "the name of the table");
            return new DropTableStatement(_cursor.From(start), word.Text == "VIEW", temporary, ifExists, name);
        }

        if (!temporary && _cursor.AtAny("DATABASE", "CATALOG"))
        {
            _cursor.Next();
            var kind = word.Text == "CATALOG" ? NamespaceKind.Catalog : NamespaceKind.Database;
            var ifExists = parts.Definitions.IfExists();
            var name = _cursor.QualifiedName("the name of what is to be dropped");
            bool? cascade = _cursor.Take("CASCADE") ? true : _cursor.Take("RESTRICT") ? false : null;
            return new DropNamespaceStatement(_cursor.From(start), kind, ifExists, name, cascade);
        }

        throw word.Kind == TokenKind.Word && word.Text is "FUNCTION" or "SYSTEM" or "MODEL" or "MATERIALIZED" or "CONNECTION"
            ? TokenCursor.Fail(word.Span, $"DROP {word.Text} is not supported, since CREATE {word.Text} is not either")
            : _cursor.Expected("TABLE, VIEW, DATABASE or CATALOG", "after DROP", "TABLE", "VIEW", "DATABASE", "CATALOG", "TEMPORARY");
    }

    public Statement Alter()
    {
        var start = _cursor.Expect("ALTER").Start;
        if (!_cursor.At("TABLE"))
        {
            throw _cursor.Current.Kind == TokenKind.Word && _cursor.Current.Text is "VIEW" or "DATABASE" or "CATALOG" or "FUNCTION" or "MODEL" or "MATERIALIZED" or "CONNECTION" or "TEMPORARY"
                ? TokenCursor.Fail(_cursor.Current.Span, "only ALTER TABLE is supported; DROP and CREATE do the rest")
                : _cursor.Expected("TABLE", "after ALTER", "TABLE");
        }

        _cursor.Expect("TABLE");
        var ifExists = parts.Definitions.IfExists();
        var table = _cursor.QualifiedName("the name of the table");
        if (_cursor.Take("SET"))
        {
            var options = parts.Hints.Options("SET");
            return new AlterTableSet(_cursor.From(start), ifExists, table, options);
        }

        if (_cursor.Take("RESET"))
        {
            var keys = Keys();
            return new AlterTableReset(_cursor.From(start), ifExists, table, keys);
        }

        if (_cursor.Take("RENAME", "TO"))
        {
            var name = _cursor.QualifiedName("the new name of the table");
            return new AlterTableRename(_cursor.From(start), ifExists, table, name);
        }

        throw _cursor.AtAny("ADD", "MODIFY", "DROP", "RENAME", "PARTITION", "COMPACT")
            ? TokenCursor.Fail(_cursor.Current.Span, "ALTER TABLE takes SET (...), RESET (...) and RENAME TO here; other changes are written into CREATE TABLE, as the table lives as long as the script")
            : _cursor.Expected("SET, RESET or RENAME TO", "after the table", "SET", "RESET", "RENAME");
    }

    public InsertStatement Insert()
    {
        var start = _cursor.Expect("INSERT").Start;
        var overwrite = _cursor.Take("OVERWRITE");
        if (overwrite)
        {
            _cursor.Take("INTO");
        }
        else
        {
            if (!_cursor.Take("INTO"))
            {
                throw _cursor.Expected("INTO or OVERWRITE", "after INSERT", "INTO", "OVERWRITE");
            }
        }

        var keyword = _cursor.From(start);
        _cursor.Take("TABLE");
        var table = _cursor.QualifiedName("the name of a table");
        var hints = parts.Hints.Parse();
        var partition = _cursor.Take("PARTITION") ? Partition() : [];
        var columns = AtColumns() ? Columns() : [];
        var query = parts.Queries.Parse();
        return new InsertStatement(_cursor.From(start), keyword, overwrite, table, hints, partition, columns, query);
    }

    private List<StringLiteral> Keys()
    {
        _cursor.ExpectSymbol("(", "after RESET");
        var keys = new List<StringLiteral>();
        do
        {
            keys.Add(_cursor.Text("an option in single quotes"));
        }
        while (_cursor.MoreInList(")", "an option"));
        return keys;
    }

    /// <summary>Whether the parenthesis begins a list of columns and not a query.</summary>
    private bool AtColumns()
    {
        if (!_cursor.AtSymbol("("))
        {
            return false;
        }

        var ahead = 1;
        while (_cursor.Peek(ahead).IsSymbol("("))
        {
            ahead++;
        }

        return _cursor.Peek(ahead) is not { Kind: TokenKind.Word, Text: "SELECT" or "VALUES" or "WITH" or "TABLE" };
    }

    private List<QualifiedName> Columns()
    {
        _cursor.ExpectSymbol("(");
        var columns = new List<QualifiedName>();
        do
        {
            columns.Add(_cursor.QualifiedName("the name of a column"));
        }
        while (_cursor.MoreInList(")", "the name of a column"));
        return columns;
    }

    private List<OptionEntry> Partition()
    {
        _cursor.ExpectSymbol("(", "after PARTITION");
        var entries = new List<OptionEntry>();
        do
        {
            var name = _cursor.Name("the name of a column to partition by");
            var value = _cursor.TakeSymbol("=") ? parts.Expressions.Parse() : null;
            entries.Add(new OptionEntry(_cursor.From(name), new StringLiteral(name.Span, name.Name), value));
        }
        while (_cursor.MoreInList(")", "a column to partition by"));
        return entries;
    }
}
