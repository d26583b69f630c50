using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>A login as Java's clients write it: <c>org...PlainLoginModule required username="u" password="p";</c>. Values
/// stand in double or single quotes with Java's escapes, or bare. Messages never quote what was given: it holds a password.</summary>
internal sealed class JaasConfig
{
    private const string Form = "it should read: org.apache.kafka.common.security.plain.PlainLoginModule required username=\"...\" password=\"...\";";

    private static readonly string[] s_flags = ["required", "requisite", "sufficient", "optional"];

    private readonly string _text;
    private readonly Place? _place;
    private int _position;

    private JaasConfig(string text, Place? place)
    {
        _text = text;
        _place = place;
    }

    /// <summary>The last part of the login module's name: <c>PlainLoginModule</c>. Repackaged classes have another beginning.</summary>
    public string Module { get; private set; } = "";

    public Dictionary<string, string> Options { get; } = new(StringComparer.Ordinal);

    /// <exception cref="ConfigException">The text has another form.</exception>
    public static JaasConfig Parse(string text, Place? place)
    {
        var config = new JaasConfig(text, place);
        config.Parse();
        return config;
    }

    /// <summary>An option that the module needs.</summary>
    public string Need(string option) => Options.TryGetValue(option, out var value)
        ? value
        : throw Wrong($"names no {option} for {Module}");

    private void Parse()
    {
        Module = Word("a login module").Split('.')[^1];
        if (!s_flags.Contains(Word("'required'").ToLowerInvariant()))
        {
            throw Wrong("lacks the word 'required' after the login module");
        }

        while (!TakeIf(';'))
        {
            var name = Word("an option or ';'");
            if (!TakeIf('='))
            {
                throw Wrong($"lacks '=' after '{(name.Length > 20 ? "an option" : name)}'");
            }

            Options[name] = Value();
        }

        SkipBlanks();
        if (_position < _text.Length)
        {
            throw Wrong("goes on after ';'; one login module is allowed");
        }
    }

    private string Word(string expected)
    {
        SkipBlanks();
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '.' or '-' or '_' or '$'))
        {
            _position++;
        }

        return _position > start ? _text[start.._position] : throw Wrong($"lacks {expected} at character {start + 1}");
    }

    private string Value()
    {
        SkipBlanks();
        if (_position >= _text.Length || _text[_position] is not ('"' or '\''))
        {
            return Word("a value");
        }

        var quote = _text[_position++];
        var value = new StringBuilder();
        while (true)
        {
            if (_position >= _text.Length || _text[_position] == '\n')
            {
                throw Wrong("has a quoted value without an end");
            }

            var next = _text[_position++];
            if (next == quote)
            {
                return value.ToString();
            }

            value.Append(next == '\\' ? Escaped() : next);
        }
    }

    private char Escaped()
    {
        if (_position >= _text.Length)
        {
            throw Wrong("has a quoted value without an end");
        }

        var next = _text[_position++];
        return next switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            >= '0' and <= '7' => Octal(next),
            _ => next,
        };
    }

    private char Octal(char first)
    {
        var code = first - '0';
        for (var most = first <= '3' ? 2 : 1; most > 0 && _position < _text.Length && _text[_position] is >= '0' and <= '7'; most--)
        {
            code = (code * 8) + (_text[_position++] - '0');
        }

        return (char)code;
    }

    private bool TakeIf(char sign)
    {
        SkipBlanks();
        if (_position >= _text.Length)
        {
            throw Wrong("does not end with ';'");
        }

        if (_text[_position] != sign)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private ConfigException Wrong(string what) => new(_place, $"'properties.sasl.jaas.config' {what}; {Form}");
}
