namespace Sluice.Sql.Parsing.Grammar;

/// <summary>The parsers of the parts of a script, which need each other.</summary>
internal sealed class GrammarParts
{
    public GrammarParts(TokenCursor cursor)
    {
        Cursor = cursor;
        Types = new TypeParser(cursor);
        Literals = new LiteralParser(cursor);
        Expressions = new ExpressionParser(this);
        Primaries = new PrimaryParser(this);
        Calls = new CallParser(this);
        Json = new JsonCallParser(this);
        Hints = new HintParser(this);
        Windows = new WindowParser(this);
        Queries = new QueryParser(this);
        Selects = new SelectParser(this);
        Tables = new TableParser(this);
        Joins = new JoinParser(this);
        Definitions = new DefinitionParser(this);
        Columns = new ColumnParser(this);
        Statements = new StatementParser(this);
        Changes = new ChangeParser(this);
        Commands = new CommandParser(this);
    }

    public TokenCursor Cursor { get; }

    public TypeParser Types { get; }

    public LiteralParser Literals { get; }

    public ExpressionParser Expressions { get; }

    public PrimaryParser Primaries { get; }

    public CallParser Calls { get; }

    public JsonCallParser Json { get; }

    public HintParser Hints { get; }

    public WindowParser Windows { get; }

    public QueryParser Queries { get; }

    public SelectParser Selects { get; }

    public TableParser Tables { get; }

    public JoinParser Joins { get; }

    public DefinitionParser Definitions { get; }

    public ColumnParser Columns { get; }

    public StatementParser Statements { get; }

    public ChangeParser Changes { get; }

    public CommandParser Commands { get; }
}
