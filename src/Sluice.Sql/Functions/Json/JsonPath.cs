using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;

namespace Sluice.Sql.Functions.Json;

/// <summary>A JSON path as Flink has it: <c>[strict|lax] $.a['b'][0][*]</c>; strict where nothing is said.</summary>
internal sealed class JsonPath
{
    private readonly string _text;
    private readonly List<JsonStep> _steps = [];
    private int _at;

    private JsonPath(string text) => _text = text;

    /// <summary>Whether what is not there is an error rather than empty.</summary>
    public bool Strict { get; private init; }

    public IReadOnlyList<JsonStep> Steps => _steps;

    /// <summary>Not null: the text is no path, which makes every evaluation an error.</summary>
    public string? Invalid { get; private set; }

    /// <summary>Whether it can name only one place; otherwise the result is a list.</summary>
    public bool IsDefinite { get; private set; } = true;

    /// <exception cref="DataException">A construct that is not supported (filters, functions, <c>..</c>): for a constant path to be
    /// reported when the statement is compiled.</exception>
    public static JsonPath Parse(string spec)
    {
        var trimmed = spec.AsSpan().TrimStart();
        var mode = Mode(trimmed, out var rest);
        var path = new JsonPath((mode is null ? spec : rest.ToString()).Trim()) { Strict = mode != "lax" };
        path.ReadSteps();
        path.IsDefinite = path._steps.TrueForAll(s => s.IsDefinite);
        return path;
    }

    /// <summary>A mode only counts where blanks and something more follow it.</summary>
    private static string? Mode(ReadOnlySpan<char> spec, out ReadOnlySpan<char> rest)
    {
        foreach (var mode in (ReadOnlySpan<string>)["strict", "lax"])
        {
            if (spec.StartsWith(mode, StringComparison.OrdinalIgnoreCase) && spec.Length > mode.Length && char.IsWhiteSpace(spec[mode.Length]))
            {
                rest = spec[mode.Length..].TrimStart();
                return rest.IsEmpty ? null : mode;
            }
        }

        rest = spec;
        return null;
    }

    private void ReadSteps()
    {
        if (_text.Length == 0)
        {
            Invalid = "the path is empty";
            return;
        }

        // A path without its root begins with a field: a.b is $.a.b.
        if (_text[0] == '$')
        {
            _at = 1;
        }
        else if (_text[0] != '[' && !ReadName())
        {
            return;
        }

        while (_at < _text.Length && Invalid is null)
        {
            switch (_text[_at])
            {
                case '.' when _at + 1 < _text.Length && _text[_at + 1] == '.':
                    throw Unsupported("..");
                case '.' when _at + 1 < _text.Length && _text[_at + 1] == '[':
                    _at++;
                    break;
                case '.':
                    _at++;
                    ReadName();
                    break;
                case '[':
                    ReadBrackets();
                    break;
                default:
                    Fail();
                    break;
            }
        }
    }

    private bool ReadName()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is not ('.' or '[' or '(' or ' '))
        {
            _at++;
        }

        if (_at < _text.Length && _text[_at] == '(')
        {
            throw Unsupported("functions");
        }

        if (_at == start || (_at < _text.Length && _text[_at] == ' '))
        {
            return Fail();
        }

        var name = _text[start.._at];
        _steps.Add(name == "*" ? new JsonStep(JsonStepKind.All, [], []) : new JsonStep(JsonStepKind.Field, Encoding.UTF8.GetBytes(name), []));
        return true;
    }

    private void ReadBrackets()
    {
        _at++;
        SkipBlanks();
        if (_at >= _text.Length)
        {
            Fail();
        }
        else if (_text[_at] is '\'' or '"')
        {
            ReadQuoted();
        }
        else if (_text[_at] == '?')
        {
            throw Unsupported("filters");
        }
        else
        {
            ReadIndices();
        }
    }

    private void ReadQuoted()
    {
        var quote = _text[_at++];
        var name = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            name.Append(_text[_at++]);
        }

        _at++;
        SkipBlanks();
        if (_at < _text.Length && _text[_at] == ',')
        {
            throw Unsupported("several names in brackets");
        }

        if (_at >= _text.Length || _text[_at] != ']')
        {
            Fail();
            return;
        }

        _at++;
        _steps.Add(new JsonStep(JsonStepKind.Field, Encoding.UTF8.GetBytes(name.ToString()), []));
    }

    private void ReadIndices()
    {
        var end = _text.IndexOf(']', _at);
        if (end < 0)
        {
            Fail();
            return;
        }

        var inside = _text[_at..end].Trim();
        _at = end + 1;
        if (inside == "*")
        {
            _steps.Add(new JsonStep(JsonStepKind.All, [], []));
            return;
        }

        var isSlice = inside.Contains(':', StringComparison.Ordinal);
        var parts = inside.Split(isSlice ? ':' : ',', StringSplitOptions.TrimEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (isSlice && parts[i].Length == 0)
            {
                numbers[i] = JsonStep.Open;
            }
            else if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                Fail();
                return;
            }
        }

        if (isSlice && (parts.Length != 2 || (numbers[0] == JsonStep.Open && numbers[1] == JsonStep.Open)))
        {
            Fail();
            return;
        }

        _steps.Add(new JsonStep(isSlice ? JsonStepKind.Slice : numbers.Length == 1 ? JsonStepKind.Index : JsonStepKind.Indices, [], numbers));
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private bool Fail()
    {
        Invalid = $"'{_text}' is no JSON path: not understood from character {_at + 1} on";
        return false;
    }

    private DataException Unsupported(string what) =>
        new($"the JSON path '{_text}' uses {what}, which is not supported; allowed are $, .name, ['name'], [0], [-1], [0,2], [1:3], [*] and .*, after 'strict' or 'lax'");
}
