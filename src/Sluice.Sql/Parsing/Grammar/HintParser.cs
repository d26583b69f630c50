using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary><c>/*+ OPTIONS('k' = 'v'), LOOKUP('table' = 't') */</c>, and the lists of options in WITH and SET.</summary>
internal sealed class HintParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    /// <summary>The hints that stand here; mostly none.</summary>
    public IReadOnlyList<Hint> Parse()
    {
        if (_cursor.Current.Kind != TokenKind.HintStart)
        {
            return [];
        }

        var open = _cursor.Next().Span;
        var hints = new List<Hint>();
        do
        {
            hints.Add(One());
        }
        while (_cursor.TakeSymbol(",") || _cursor.AtName());
        if (_cursor.Current.Kind != TokenKind.HintEnd)
        {
            throw _cursor.AtEnd ? TokenCursor.Fail(open, "this hint is not closed: its '*/' is missing") : _cursor.Expected("',' or '*/'", "after a hint");
        }

        _cursor.Next();
        return hints;
    }

    /// <summary><c>('k' = 'v', ...)</c>, the parenthesis being next.</summary>
    /// <param name="what">Whose options they are: <c>WITH</c>.</param>
    public IReadOnlyList<OptionEntry> Options(string what)
    {
        _cursor.ExpectSymbol("(", $"after {what}");
        var options = new List<OptionEntry>();
        if (_cursor.TakeSymbol(")"))
        {
            return options;
        }

        do
        {
            var key = _cursor.Text($"an option in single quotes: 'name' = 'value'");
            _cursor.ExpectSymbol("=", $"after the option '{key.Value}'");
            var value = _cursor.Text($"the value of '{key.Value}' in single quotes");
            options.Add(new OptionEntry(_cursor.From(key), key, value));
        }
        while (_cursor.MoreInList(")", $"the option '{options[^1].Key.Value}'"));
        return options;
    }

    private Hint One()
    {
        var name = _cursor.Name("the name of a hint, such as OPTIONS");
        var entries = new List<OptionEntry>();
        var arguments = new List<Expression>();
        if (_cursor.TakeSymbol("(") && !_cursor.TakeSymbol(")"))
        {
            do
            {
                Argument(entries, arguments);
            }
            while (_cursor.MoreInList(")", $"an argument of {name.Name}"));
        }

        return new Hint(_cursor.From(name), name, entries, arguments);
    }

    private void Argument(List<OptionEntry> entries, List<Expression> arguments)
    {
        if (!_cursor.Peek().IsSymbol("="))
        {
            arguments.Add(parts.Expressions.Parse());
            return;
        }

        StringLiteral key;
        if (_cursor.Current.Kind == TokenKind.String)
        {
            key = _cursor.Text("an option");
        }
        else
        {
            var name = _cursor.Name("the name of an option");
            key = new StringLiteral(name.Span, name.Name);
        }

        _cursor.ExpectSymbol("=");
        var value = _cursor.Text($"the value of '{key.Value}' in single quotes");
        entries.Add(new OptionEntry(_cursor.From(key), key, value));
    }
}
