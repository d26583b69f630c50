using Sluice.Engine.Errors;

namespace Sluice.Engine.Options;

public enum OptionKind
{
    Null,
    Boolean,
    Number,
    Text,
    List,
    Map,
}

/// <summary>A value as the user wrote it, with its place: a tree for job scripts, flat texts for SQL options.</summary>
public sealed class OptionNode
{
    private readonly string? _shown;

    private OptionNode(OptionKind kind, Place place, string text, string? shown, IReadOnlyList<OptionNode> items, IReadOnlyList<KeyValuePair<string, OptionNode>> members)
    {
        _shown = shown;
        Kind = kind;
        Place = place;
        Text = text;
        Items = items;
        Members = members;
    }

    public OptionKind Kind { get; }

    public Place Place { get; }

    /// <summary>The text of a scalar: a string's content, a number as it was written, <c>true</c> or <c>false</c>; empty for the rest.</summary>
    public string Text { get; }

    public IReadOnlyList<OptionNode> Items { get; }

    /// <summary>Keys and values in the order of the file. No key occurs twice.</summary>
    public IReadOnlyList<KeyValuePair<string, OptionNode>> Members { get; }

    public bool IsScalar => Kind is OptionKind.Boolean or OptionKind.Number or OptionKind.Text;

    /// <param name="shown">What messages show in place of a text that may be a secret: how the user wrote it, <c>${env:NAME}</c>.</param>
    public static OptionNode Scalar(OptionKind kind, string text, Place place, string? shown = null) => new(kind, place, text, shown, [], []);

    public static OptionNode List(IReadOnlyList<OptionNode> items, Place place) => new(OptionKind.List, place, "", null, items, []);

    public static OptionNode Map(IReadOnlyList<KeyValuePair<string, OptionNode>> members, Place place) => new(OptionKind.Map, place, "", null, [], members);

    public OptionNode? Find(string name)
    {
        foreach (var (key, value) in Members)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>How the value reads in a message: quoted text, or the kind of a composite.</summary>
    public string Show() => Kind switch
    {
        OptionKind.Null => "null",
        OptionKind.List => "a list",
        OptionKind.Map => "an object",
        OptionKind.Text => $"\"{_shown ?? Text}\"",
        _ => Text,
    };
}
