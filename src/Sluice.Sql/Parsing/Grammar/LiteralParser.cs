using System.Globalization;
using System.Text;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Numbers, texts and bytes.</summary>
internal sealed class LiteralParser(TokenCursor cursor)
{
    public NumberLiteral Number()
    {
        var token = cursor.Next();
        var kind = token.Kind switch
        {
            TokenKind.Integer => NumberKind.Integer,
            TokenKind.Decimal => NumberKind.Decimal,
            _ => NumberKind.Approximate,
        };
        return new NumberLiteral(token.Span, kind, token.Text);
    }

    /// <summary>A text; several that follow each other are one.</summary>
    public StringLiteral Text()
    {
        var start = cursor.Current.Span.Start;
        var value = new StringBuilder();
        if (cursor.Current.Kind == TokenKind.UnicodeString)
        {
            value.Append(Unescaped());
        }
        else
        {
            while (cursor.Current.Kind == TokenKind.String)
            {
                value.Append(cursor.Next().Text);
            }
        }

        return new StringLiteral(cursor.From(start), value.ToString());
    }

    public BinaryLiteral Binary()
    {
        var start = cursor.Current.Span.Start;
        var digits = new StringBuilder(cursor.Next().Text);
        while (cursor.Current.Kind == TokenKind.String)
        {
            digits.Append(cursor.Next().Text);
        }

        var span = cursor.From(start);
        var hex = digits.ToString();
        if (!hex.All(char.IsAsciiHexDigit))
        {
            throw TokenCursor.Fail(span, "X'...' takes hex digits only: 0 to 9, a to f");
        }

        return hex.Length % 2 == 0
            ? new BinaryLiteral(span, Convert.FromHexString(hex))
            : throw TokenCursor.Fail(span, "X'...' takes two hex digits for each byte; here their number is odd");
    }

    private string Unescaped()
    {
        var token = cursor.Next();
        var escape = '\\';
        if (cursor.Take("UESCAPE"))
        {
            var given = cursor.Text("the escape character in quotes after UESCAPE");
            if (given.Value.Length != 1 || char.IsAsciiHexDigit(given.Value[0]) || char.IsWhiteSpace(given.Value[0]) || given.Value[0] is '+' or '\'' or '"')
            {
                throw TokenCursor.Fail(given.Span, "UESCAPE takes one character that is no hex digit, no white space, no '+' and no quote");
            }

            escape = given.Value[0];
        }

        return Unescape(token, escape);
    }

    private static string Unescape(Token token, char escape)
    {
        var value = new StringBuilder();
        var text = token.Text;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != escape)
            {
                value.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == escape)
            {
                value.Append(escape);
                at++;
            }
            else if (at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                value.Append((char)code);
                at += 4;
            }
            else
            {
                throw TokenCursor.Fail(token.Span, $"in U&'...' four hex digits follow each '{escape}'; '{escape}' itself is written '{escape}{escape}'");
            }
        }

        return value.ToString();
    }
}
