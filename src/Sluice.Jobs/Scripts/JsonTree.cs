using System.Text;
using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>JSON with comments and trailing commas (S-2) as a tree of options that know their places.</summary>
internal sealed class JsonTree
{
    public const int MaxDepth = 64;

    private readonly byte[] _text;
    private readonly Cursor _cursor;

    /// <summary>Where the objects and lists begin that are not closed yet, for a text that ends too early.</summary>
    private readonly Stack<OpenContainer> _open = new();

    private JsonTokenType _last = JsonTokenType.None;
    private int _lastEnd;

    private JsonTree(string file, byte[] text)
    {
        _text = text;
        _cursor = new Cursor(file, text);
    }

    /// <exception cref="ConfigException">The text is not JSON, nests too deeply, or gives a key twice.</exception>
    public static OptionNode Read(string file, byte[] text) => new JsonTree(file, text).ReadAll(file);

    private OptionNode ReadAll(string file)
    {
        var reader = new Utf8JsonReader(_text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = MaxDepth + 1,
        });
        try
        {
            if (_text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                throw new ConfigException(new Place(file, 0, 0, ""), "this is empty; expected one JSON object { ... }");
            }

            Next(ref reader);
            var root = ReadValue(ref reader, "");
            Next(ref reader);
            return root;
        }
        catch (JsonException broken)
        {
            var offset = OffsetOf(broken);
            throw new ConfigException(_cursor.At(offset, ""), BrokenJson.Describe(_text, offset, _last, _lastEnd, _open), broken);
        }
    }

    private void Next(ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            _last = reader.TokenType;
            _lastEnd = (int)reader.BytesConsumed;
        }
    }

    private OptionNode ReadValue(ref Utf8JsonReader reader, string path)
    {
        var place = _cursor.At(reader.TokenStartIndex, path);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Nested(ref reader, place, ReadMap);
            case JsonTokenType.StartArray:
                return Nested(ref reader, place, ReadList);
            case JsonTokenType.String:
                return OptionNode.Scalar(OptionKind.Text, TextOf(ref reader, place), place);
            case JsonTokenType.Number:
                return OptionNode.Scalar(OptionKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), place);
            case JsonTokenType.True or JsonTokenType.False:
                return OptionNode.Scalar(OptionKind.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false", place);
            default:
                return OptionNode.Scalar(OptionKind.Null, "", place);
        }
    }

    private delegate OptionNode ReadNested(ref Utf8JsonReader reader, Place place);

    private OptionNode Nested(ref Utf8JsonReader reader, Place place, ReadNested read)
    {
        if (_open.Count == MaxDepth)
        {
            throw new ConfigException(place, $"objects and lists are nested more than {MaxDepth} deep here, which no script needs");
        }

        _open.Push(new OpenContainer(place, reader.TokenType == JsonTokenType.StartArray));
        var node = read(ref reader, place);
        _open.Pop();
        return node;
    }

    private OptionNode ReadMap(ref Utf8JsonReader reader, Place place)
    {
        var members = new List<KeyValuePair<string, OptionNode>>();
        var keys = new Dictionary<string, Place>(StringComparer.Ordinal);
        Next(ref reader);
        while (reader.TokenType != JsonTokenType.EndObject)
        {
            var keyPlace = _cursor.At(reader.TokenStartIndex, place.Path);
            var key = TextOf(ref reader, keyPlace);
            var path = PathOf(place.Path, key);
            if (!keys.TryAdd(key, keyPlace))
            {
                var first = keys[key];
                throw new ConfigException(keyPlace with { Path = path }, $"the key '{key}' stands twice in one object, first at {first.File}:{first.Line}:{first.Column}; keep one of them");
            }

            Next(ref reader);
            members.Add(new(key, ReadValue(ref reader, path)));
            Next(ref reader);
        }

        return OptionNode.Map(members, place);
    }

    private OptionNode ReadList(ref Utf8JsonReader reader, Place place)
    {
        var items = new List<OptionNode>();
        Next(ref reader);
        while (reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, $"{place.Path}[{items.Count}]"));
            Next(ref reader);
        }

        return OptionNode.List(items, place);
    }

    private static string TextOf(ref Utf8JsonReader reader, Place place)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException half)
        {
            throw new ConfigException(place, "an escape \\uD800 to \\uDFFF in this text is half of a character; write both halves, or the character itself", half);
        }
    }

    private static string PathOf(string parent, string key)
    {
        var plain = key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$');
        return plain ? parent.Length == 0 ? key : $"{parent}.{key}" : $"{parent}['{key}']";
    }

    /// <summary>The reader tells the line and the byte in it, both from 0.</summary>
    private int OffsetOf(JsonException broken)
    {
        var offset = 0;
        for (var line = broken.LineNumber ?? 0; line > 0 && offset < _text.Length; line--)
        {
            var end = _text.AsSpan(offset).IndexOf((byte)'\n');
            offset = end < 0 ? _text.Length : offset + end + 1;
        }

        return (int)Math.Min(_text.Length, offset + (broken.BytePositionInLine ?? 0));
    }
}
