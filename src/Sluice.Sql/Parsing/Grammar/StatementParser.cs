using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>One statement, found by its first word.</summary>
internal sealed class StatementParser(GrammarParts parts)
{
    private static readonly string[] s_starts =
    [
        "CREATE", "INSERT", "SELECT", "WITH", "VALUES", "SET", "RESET", "DROP", "ALTER", "EXECUTE", "BEGIN", "EXPLAIN", "DESCRIBE", "DESC", "SHOW", "USE",
    ];

    // What Flink has and a program of one process without Java has not.
    private static readonly Dictionary<string, string> s_refused = new(StringComparer.Ordinal)
    {
        ["ADD"] = "ADD JAR is not supported: connectors, formats and functions are built in, and Java is not needed; remove the statement",
        ["REMOVE"] = "REMOVE JAR is not supported: there are no JARs; remove the statement",
        ["LOAD"] = "LOAD MODULE is not supported: there is only the core module; remove the statement",
        ["UNLOAD"] = "UNLOAD MODULE is not supported: there is only the core module; remove the statement",
        ["ANALYZE"] = "ANALYZE TABLE is not supported: no statistics are needed; remove the statement",
        ["COMPILE"] = "COMPILE PLAN is not supported; a script is compiled whenever it starts",
        ["DELETE"] = "DELETE is not supported: rows are deleted by a changelog that is inserted",
        ["UPDATE"] = "UPDATE is not supported: rows are updated by a changelog that is inserted",
        ["MERGE"] = "MERGE is not in Flink SQL; use INSERT INTO, which overwrites rows of the same primary key where the sink does",
        ["UPSERT"] = "UPSERT is not in Flink SQL; use INSERT INTO, which overwrites rows of the same primary key where the sink does",
        ["REPLACE"] = "REPLACE TABLE is not supported; use CREATE TABLE and INSERT INTO",
        ["TRUNCATE"] = "TRUNCATE TABLE is not supported; empty the table with the server's own tools",
        ["CALL"] = "CALL is not supported: there are no procedures",
        ["STOP"] = "STOP JOB is not supported; end the process with Ctrl-C or SIGTERM",
        ["QUIT"] = "QUIT is of the interactive client; a script ends where its text ends",
        ["EXIT"] = "EXIT is of the interactive client; a script ends where its text ends",
        ["HELP"] = "HELP is of the interactive client; see docs/sql.md",
        ["CLEAR"] = "CLEAR is of the interactive client; remove the statement",
    };

    private readonly TokenCursor _cursor = parts.Cursor;

    /// <summary>Errors inside of statement sets, which do not end their set.</summary>
    public List<SqlError> Errors { get; } = [];

    /// <summary>What the CREATE TABLE or CREATE VIEW that is being parsed defines.</summary>
    public QualifiedName? Defined { get; set; }

    /// <summary>Whether a statement may begin with this. What begins a query is not counted, for it may stand within one.</summary>
    public static bool IsStart(Token token) =>
        token.Kind == TokenKind.Word && token.Text is "CREATE" or "INSERT" or "DROP" or "ALTER" or "EXECUTE" or "EXPLAIN" or "DESCRIBE" or "SHOW" or "USE" or "SELECT" or "BEGIN" or "SET" or "RESET";

    public Statement Parse()
    {
        var token = _cursor.Current;
        if (token.IsSymbol("("))
        {
            return BareQuery();
        }

        if (token.Kind != TokenKind.Word)
        {
            throw _cursor.Expected("a statement");
        }

        return token.Text switch
        {
            "SELECT" or "WITH" or "VALUES" or "TABLE" => BareQuery(),
            "INSERT" => parts.Changes.Insert(),
            "CREATE" => parts.Definitions.Create(),
            "DROP" => parts.Changes.Drop(),
            "ALTER" => parts.Changes.Alter(),
            "SET" => parts.Commands.Set(),
            "RESET" => parts.Commands.Reset(),
            "SHOW" => parts.Commands.Show(),
            "USE" => parts.Commands.Use(),
            "DESCRIBE" or "DESC" => parts.Commands.Describe(),
            "EXPLAIN" => Explain(),
            "EXECUTE" => Execute(),
            "BEGIN" => Begin(),
            "END" => throw TokenCursor.Fail(token.Span, "END without BEGIN STATEMENT SET before it"),
            _ => throw Unknown(token),
        };
    }

    private SyntaxException Unknown(Token token) => s_refused.TryGetValue(token.Text, out var sentence)
        ? TokenCursor.Fail(token.Span, sentence)
        : _cursor.Expected("a statement", "", [.. s_starts, "DELETE", "UPDATE"]);

    private QueryStatement BareQuery()
    {
        var query = parts.Queries.Parse();
        return new QueryStatement(query.Span, query);
    }

    private Statement Execute()
    {
        var start = _cursor.Expect("EXECUTE").Start;
        if (_cursor.At("PLAN"))
        {
            throw TokenCursor.Fail(_cursor.Current.Span, "EXECUTE PLAN is not supported; a script is compiled whenever it starts");
        }

        if (_cursor.At("STATEMENT"))
        {
            return Set(start);
        }

        if (_cursor.At("INSERT"))
        {
            var insert = parts.Changes.Insert();
            return insert with { Span = _cursor.From(start) };
        }

        return parts.Queries.AtStart() || _cursor.AtSymbol("(")
            ? BareQuery()
            : throw _cursor.Expected("STATEMENT SET, INSERT or a query", "after EXECUTE", "STATEMENT", "INSERT", "SELECT");
    }

    private StatementSet Set(int start)
    {
        _cursor.Expect("STATEMENT", "SET", "BEGIN");
        var keyword = _cursor.From(start);
        return new StatementSet(_cursor.From(start), keyword, Inserts(keyword)) with { Span = _cursor.From(start) };
    }

    private StatementSet Begin()
    {
        var start = _cursor.Expect("BEGIN").Start;
        _cursor.Expect("STATEMENT", "SET");
        var keyword = _cursor.From(start);
        _cursor.ExpectSymbol(";", "after BEGIN STATEMENT SET");
        return new StatementSet(_cursor.From(start), keyword, Inserts(keyword)) with { Span = _cursor.From(start) };
    }

    /// <summary>Inserts, each with its semicolon, up to END. An error in one of them is noted, and the next one is read.</summary>
    private List<InsertStatement> Inserts(SourceSpan keyword)
    {
        var inserts = new List<InsertStatement>();
        var failed = false;
        while (!_cursor.Take("END"))
        {
            if (_cursor.AtEnd)
            {
                throw TokenCursor.Fail(keyword, "this statement set has no END");
            }

            try
            {
                if (!_cursor.At("INSERT"))
                {
                    throw _cursor.Expected("INSERT or END", "in a statement set", "INSERT", "END");
                }

                inserts.Add(parts.Changes.Insert());
                if (!_cursor.TakeSymbol(";"))
                {
                    throw _cursor.Expected("';'", "after an INSERT of a statement set");
                }
            }
            catch (SyntaxException exception)
            {
                failed = true;
                Errors.Add(exception.Error);
                Recover();
            }
        }

        return inserts.Count > 0 || failed ? inserts : throw TokenCursor.Fail(keyword, "this statement set has no INSERT");
    }

    /// <summary>Goes behind the next semicolon, or to an END that the semicolon is missing before.</summary>
    private void Recover()
    {
        var position = _cursor.Position;
        _cursor.GoTo(position);
        while (!_cursor.AtEnd && !_cursor.AtSymbol(";") && !(_cursor.At("END") && (_cursor.Peek().IsSymbol(";") || _cursor.Peek().Kind == TokenKind.End)))
        {
            _cursor.GoTo(_cursor.Position + 1);
        }

        _cursor.TakeSymbol(";");
    }

    private ExplainStatement Explain()
    {
        var start = _cursor.Expect("EXPLAIN").Start;
        var details = new List<Identifier>();
        if (!_cursor.Take("PLAN", "FOR") && _cursor.AtAny("ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE"))
        {
            do
            {
                if (!_cursor.AtAny("ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE"))
                {
                    throw _cursor.Expected("ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN or PLAN_ADVICE");
                }

                details.Add(_cursor.Name("a detail"));
            }
            while (_cursor.TakeSymbol(","));
        }

        var subject = Subject();
        return new ExplainStatement(_cursor.From(start), details, subject);
    }

    private Statement Subject()
    {
        if (_cursor.At("STATEMENT"))
        {
            return Set(_cursor.Current.Span.Start);
        }

        return _cursor.At("EXECUTE") ? Execute()
            : _cursor.At("INSERT") ? parts.Changes.Insert()
            : parts.Queries.AtStart() || _cursor.AtSymbol("(") ? BareQuery()
            : throw _cursor.Expected("a query, INSERT or STATEMENT SET", "after EXPLAIN", "SELECT", "INSERT", "STATEMENT", "WITH", "VALUES", "PLAN", "ESTIMATED_COST", "CHANGELOG_MODE");
    }
}
