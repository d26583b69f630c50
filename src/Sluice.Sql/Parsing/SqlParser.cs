using Sluice.Sql.Parsing.Grammar;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing;

/// <summary>A script's statements in their order, and what is wrong with the others.</summary>
/// <param name="Broken">Tables and views whose CREATE has an error, so that what uses them is not reported as well.</param>
internal sealed record ParsedScript(
    SourceText Source, IReadOnlyList<Statement> Statements, IReadOnlyList<SqlError> Errors, IReadOnlyList<QualifiedName> Broken);

/// <summary>Turns a script into its syntax tree. One error is reported for each statement that has one; it never throws.</summary>
internal sealed class SqlParser
{
    private readonly SourceText _source;
    private readonly IReadOnlyList<Token> _tokens;
    private readonly TokenCursor _cursor;
    private readonly StatementParser _parser;
    private readonly List<SqlError> _unresolved;
    private readonly List<Statement> _statements = [];
    private readonly List<SqlError> _errors = [];
    private readonly List<QualifiedName> _broken = [];

    private SqlParser(SourceText source)
    {
        _source = source;
        (var tokens, var comments) = Lexer.Read(source.Text);
        _tokens = [.. tokens.Select(WithoutSecret)];
        _cursor = new TokenCursor(source, _tokens);
        _parser = new GrammarParts(_cursor).Statements;
        _unresolved = [.. source.Unresolved.Where(e => !comments.Any(c => c.Start <= e.Span.Start && e.Span.End <= c.End))];
    }

    public static ParsedScript Parse(SourceText source) => new SqlParser(source).Parse();

    /// <summary>Messages quote names and numbers, so a secret may only be a text.</summary>
    private Token WithoutSecret(Token token) => token.Kind is not TokenKind.String && _source.HasSecret(token.Span)
        ? new Token(TokenKind.Broken, token.Span, "the value of '${env:...}' and '${file:...}' is a text, which stands in single quotes")
        : token;

    private ParsedScript Parse()
    {
        while (SkipSemicolons())
        {
            var start = _cursor.Position;
            var known = _errors.Count;
            ParseOne(start);
            _errors.AddRange(_parser.Errors);
            _parser.Errors.Clear();

            // What stands around a placeholder without a value cannot be judged.
            var (from, to) = (_tokens[start].Span.Start, _tokens[Math.Max(start, _cursor.Position - 1)].Span.End);
            if (_errors.Count > known && _unresolved.Any(u => u.Span.Start >= from && u.Span.Start < to))
            {
                _errors.RemoveRange(known, _errors.Count - known);
            }
        }

        return new ParsedScript(_source, _statements, [.. _errors.Concat(_unresolved).OrderBy(e => e.Span.Start)], _broken);
    }

    private void ParseOne(int start)
    {
        _parser.Defined = null;
        try
        {
            var statement = _parser.Parse();
            var ends = _cursor.AtEnd || _cursor.AtSymbol(";");
            if ((ends || StatementParser.IsStart(_cursor.Current)) && _parser.Errors.Count == 0)
            {
                // Where only the semicolon is missing the statement itself is whole.
                _statements.Add(statement);
                _parser.Defined = null;
            }

            if (!ends)
            {
                throw _cursor.Expected("';'", $"after {Describe(statement)}", StatementEnds.Of(statement));
            }
        }
        catch (SyntaxException exception)
        {
            _errors.Add(exception.Error);
            if (_parser.Defined is { } name)
            {
                _broken.Add(name);
            }

            Resume(start);
        }
    }

    private bool SkipSemicolons()
    {
        while (_cursor.TakeSymbol(";"))
        {
        }

        return !_cursor.AtEnd;
    }

    private static string Describe(Statement statement) => statement switch
    {
        QueryStatement => "the query",
        InsertStatement => "INSERT",
        StatementSet => "the statement set",
        CreateTableStatement => "CREATE TABLE",
        CreateViewStatement => "CREATE VIEW",
        _ => "the statement",
    };

    /// <summary>Goes to where the next statement begins. A statement set whose head is wrong is left out as a whole.</summary>
    private void Resume(int start)
    {
        var found = _cursor.Position;
        if (found > start && StatementParser.IsStart(_tokens[found]) && _tokens[found].Text is not ("SELECT" or "SET" or "BEGIN" or "RESET"))
        {
            _cursor.GoTo(found);
            return;
        }

        var at = found;
        while (_tokens[at].Kind != TokenKind.End && !_tokens[at].IsSymbol(";"))
        {
            at++;
        }

        var isSet = _tokens[start] is { Kind: TokenKind.Word, Text: "EXECUTE" or "BEGIN" or "EXPLAIN" }
            && Enumerable.Range(start, at - start).Any(i => _tokens[i].IsWord("BEGIN"));
        _cursor.GoTo(isSet ? EndOfSet(at) ?? at : at);
    }

    private int? EndOfSet(int at)
    {
        for (; at + 1 < _tokens.Count; at++)
        {
            if (_tokens[at].IsWord("END") && (_tokens[at + 1].IsSymbol(";") || _tokens[at + 1].Kind == TokenKind.End))
            {
                return at + 1;
            }
        }

        return null;
    }
}
