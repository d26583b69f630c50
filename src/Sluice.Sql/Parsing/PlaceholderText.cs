using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Sql.Parsing;

/// <summary>What placeholders stand for.</summary>
/// <param name="Parameters">The values of <c>${name}</c>.</param>
/// <param name="Secrets">The value of what needs no parameter: the inside of <c>${env:NAME}</c> or <c>${file:PATH}</c> and where it stands;
/// null where it is no such form. It is put inside a text in quotes, so its own quotes are doubled.</param>
internal sealed record PlaceholderValues(IReadOnlyDictionary<string, string> Parameters, Func<string, Place, string?>? Secrets = null);

/// <summary>One placeholder: where its value stands in the parsed text, and where itself in the file.</summary>
/// <param name="Name">Of a parameter; null where it needs none.</param>
internal readonly record struct Replacement(int Start, int Length, int WrittenStart, int WrittenLength, bool Secret, string? Name = null);

/// <summary>A text with its placeholders replaced. What comes out of one is not looked at again.</summary>
internal sealed class PlaceholderText
{
    private const string LiteralOpening = "$${";
    private const string Opening = "${";

    private readonly StringBuilder _text = new();
    private readonly List<Replacement> _replacements = [];
    private readonly List<SqlError> _unresolved = [];

    private PlaceholderText()
    {
    }

    public string Text => _text.ToString();

    public IReadOnlyList<Replacement> Replacements => _replacements;

    public IReadOnlyList<SqlError> Unresolved => _unresolved;

    /// <param name="placeOf">The place of an offset in the file.</param>
    public static PlaceholderText Replace(string written, PlaceholderValues values, Func<int, Place> placeOf)
    {
        var result = new PlaceholderText();
        var at = 0;
        for (int dollar; (dollar = written.IndexOf('$', at)) >= 0;)
        {
            result._text.Append(written, at, dollar - at);
            at = dollar + result.At(written, dollar, values, placeOf);
        }

        result._text.Append(written, at, written.Length - at);
        return result;
    }

    /// <returns>How much of the text it has dealt with.</returns>
    private int At(string written, int dollar, PlaceholderValues values, Func<int, Place> placeOf)
    {
        var rest = written.AsSpan(dollar);
        if (rest.StartsWith(LiteralOpening, StringComparison.Ordinal))
        {
            return Put(Opening, dollar, LiteralOpening.Length, secret: false);
        }

        if (!rest.StartsWith(Opening, StringComparison.Ordinal))
        {
            _text.Append('$');
            return 1;
        }

        // A placeholder does not run over a line: without its brace it would swallow the rest of the script.
        var end = rest.IndexOfAny("}\r\n");
        if (end < 0 || rest[end] != '}')
        {
            _unresolved.Add(new SqlError(new SourceSpan(_text.Length, Opening.Length), "this '${' has no '}' behind it in its line; a literal '${' is written '$${'"));
            _text.Append(Opening);
            return Opening.Length;
        }

        var name = rest[Opening.Length..end].ToString();
        if (values.Secrets?.Invoke(name, placeOf(dollar)) is { } secret)
        {
            return Put(secret.Replace("'", "''", StringComparison.Ordinal), dollar, end + 1, secret: true);
        }

        if (values.Parameters.TryGetValue(name, out var value))
        {
            return Put(value, dollar, end + 1, secret: false, name);
        }

        _unresolved.Add(new SqlError(new SourceSpan(_text.Length, end + 1), Unknown(name, values.Parameters.Keys)));
        _text.Append(rest[..(end + 1)]);
        return end + 1;
    }

    private int Put(string value, int dollar, int length, bool secret, string? name = null)
    {
        _replacements.Add(new Replacement(_text.Length, value.Length, dollar, length, secret, name));
        _text.Append(value);
        return length;
    }

    private static string Unknown(string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Of(name, known.Order(StringComparer.Ordinal));
        return $"the placeholder '${{{name}}}' has no value"
            + (nearest is null ? "" : $"; did you mean '${{{nearest}}}'?")
            + $"; give it with -p {name}=VALUE; a literal '${{' is written '$${{'";
    }
}
