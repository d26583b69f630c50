using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>CREATE.</summary>
internal sealed class DefinitionParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public Statement Create()
    {
        var start = _cursor.Expect("CREATE").Start;
        var orReplace = false;
        if (_cursor.Take("OR"))
        {
            orReplace = _cursor.Take("REPLACE") || (_cursor.Take("ALTER") ? true : throw _cursor.Expected("REPLACE", "after CREATE OR", "REPLACE"));
        }

        var replaceSpan = _cursor.From(start);
        var temporary = _cursor.Take("TEMPORARY");
        var word = _cursor.Current;
        if (orReplace && !_cursor.At("TABLE"))
        {
            throw TokenCursor.Fail(replaceSpan, "CREATE OR REPLACE is for tables only; DROP ... IF EXISTS comes before CREATE");
        }

        if (_cursor.Take("TABLE"))
        {
            return Table(start, temporary, orReplace);
        }

        if (_cursor.Take("VIEW"))
        {
            return View(start, temporary);
        }

        if (!temporary && _cursor.AtAny("DATABASE", "CATALOG"))
        {
            return Namespace(start);
        }

        throw word.Text switch
        {
            "FUNCTION" or "SYSTEM" => TokenCursor.Fail(word.Span, "CREATE FUNCTION is not supported: functions of one's own need Java or Python; docs/sql.md lists the built-in ones"),
            "MATERIALIZED" => TokenCursor.Fail(word.Span, "CREATE MATERIALIZED TABLE is not supported; write CREATE TABLE and INSERT INTO"),
            "MODEL" => TokenCursor.Fail(word.Span, "CREATE MODEL is not supported"),
            "CONNECTION" => TokenCursor.Fail(word.Span, "CREATE CONNECTION is not supported; write the options into the table's WITH (...)"),
            _ => _cursor.Expected("TABLE, VIEW, DATABASE or CATALOG", "after CREATE", "TABLE", "VIEW", "DATABASE", "CATALOG", "TEMPORARY"),
        };
    }

    /// <summary>IF EXISTS, where it is next.</summary>
    public bool IfExists()
    {
        var taken = _cursor.At("IF", "EXISTS");
        if (taken)
        {
            _cursor.Expect("IF", "EXISTS");
        }

        return taken;
    }

    private bool IfNotExists()
    {
        // IF is no reserved word, so a table may have the name.
        if (!_cursor.At("IF", "NOT") && !_cursor.At("IF", "EXISTS"))
        {
            return false;
        }

        _cursor.Expect("IF", "NOT", "EXISTS");
        return true;
    }

    private CreateTableStatement Table(int start, bool temporary, bool orReplace)
    {
        var ifNotExists = IfNotExists();
        var name = _cursor.QualifiedName("the name of the table");
        parts.Statements.Defined = name;
        var elements = _cursor.AtSymbol("(") ? parts.Columns.Parse() : new TableElements();
        var comment = parts.Columns.Comment();
        var distribution = Distribution();
        IReadOnlyList<Identifier> partitionedBy = [];
        if (_cursor.At("PARTITIONED"))
        {
            _cursor.Expect("PARTITIONED", "BY");
            partitionedBy = _cursor.NameList("the name of a column to partition by");
        }

        IReadOnlyList<OptionEntry> options = _cursor.Take("WITH") ? parts.Hints.Options("WITH") : [];
        var like = _cursor.At("LIKE") ? Like() : null;
        Query? query = null;
        SourceSpan? asKeyword = null;
        if (like is null && _cursor.At("AS"))
        {
            asKeyword = _cursor.Expect("AS");
            query = parts.Queries.Parse();
        }

        if (!_cursor.AtEnd && !_cursor.AtSymbol(";") && like is null && query is null && !StatementParser.IsStart(_cursor.Current))
        {
            throw _cursor.Expected(
                options.Count > 0 ? "LIKE, AS or ';'" : "WITH (...)", "in CREATE TABLE", "WITH", "COMMENT", "PARTITIONED", "DISTRIBUTED", "LIKE");
        }

        return new CreateTableStatement(
            _cursor.From(start), temporary, ifNotExists, orReplace, name, elements.Columns, elements.PrimaryKeys, elements.Watermarks,
            comment, distribution, partitionedBy, options, like, query, asKeyword);
    }

    private DistributionClause? Distribution()
    {
        if (!_cursor.At("DISTRIBUTED"))
        {
            return null;
        }

        var keyword = _cursor.Expect("DISTRIBUTED");
        string? kind = null;
        IReadOnlyList<Identifier> columns = [];
        if (_cursor.Take("BY"))
        {
            kind = _cursor.AtAny("HASH", "RANGE") ? _cursor.Next().Text : null;
            columns = _cursor.NameList("the name of a column to distribute by");
        }

        int? buckets = null;
        if (_cursor.Take("INTO"))
        {
            buckets = _cursor.Number("the number of buckets");
            _cursor.Expect("BUCKETS");
        }

        return new DistributionClause(_cursor.From(keyword.Start), keyword, kind, columns, buckets);
    }

    private LikeClause Like()
    {
        var keyword = _cursor.Expect("LIKE");
        var table = _cursor.QualifiedName("the name of a table after LIKE");
        var options = new List<LikeOption>();
        if (_cursor.TakeSymbol("("))
        {
            while (!_cursor.TakeSymbol(")"))
            {
                options.Add(LikeOption());
            }
        }

        return new LikeClause(_cursor.From(keyword.Start), keyword, table, options);
    }

    private LikeOption LikeOption()
    {
        var start = _cursor.Current.Span.Start;
        var merging = _cursor.Take("INCLUDING") ? LikeMerging.Including
            : _cursor.Take("EXCLUDING") ? LikeMerging.Excluding
            : _cursor.Take("OVERWRITING") ? LikeMerging.Overwriting
            : throw _cursor.Expected("INCLUDING, EXCLUDING, OVERWRITING or ')'", "in LIKE", "INCLUDING", "EXCLUDING", "OVERWRITING");
        string[] features = ["ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED", "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS"];
        var found = _cursor.Current.Kind == TokenKind.Word ? Array.IndexOf(features, _cursor.Current.Text) : -1;
        if (found < 0)
        {
            throw _cursor.Expected($"one of {string.Join(", ", features)}", "", features);
        }

        _cursor.Next();
        return new LikeOption(_cursor.From(start), merging, (LikeFeature)found);
    }

    private CreateViewStatement View(int start, bool temporary)
    {
        var ifNotExists = IfNotExists();
        var name = _cursor.QualifiedName("the name of the view");
        parts.Statements.Defined = name;
        var columns = _cursor.AtSymbol("(") ? _cursor.NameList("the name of a column of the view") : [];
        var comment = parts.Columns.Comment();
        _cursor.Expect("AS");
        var query = parts.Queries.Parse();
        return new CreateViewStatement(_cursor.From(start), temporary, ifNotExists, name, columns, comment, query);
    }

    private CreateNamespaceStatement Namespace(int start)
    {
        var kind = _cursor.Next().Text == "CATALOG" ? NamespaceKind.Catalog : NamespaceKind.Database;
        var ifNotExists = IfNotExists();
        var name = _cursor.QualifiedName(kind == NamespaceKind.Catalog ? "the name of the catalog" : "the name of the database");
        var comment = parts.Columns.Comment();
        IReadOnlyList<OptionEntry> options = _cursor.Take("WITH") ? parts.Hints.Options("WITH") : [];
        return new CreateNamespaceStatement(_cursor.From(start), kind, ifNotExists, name, comment, options);
    }
}
