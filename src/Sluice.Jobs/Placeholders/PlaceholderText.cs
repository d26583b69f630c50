using System.Text;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Placeholders;

/// <summary>Finds the placeholders of a text. What comes out of one is not looked at again.</summary>
internal static class PlaceholderText
{
    private const string LiteralOpening = "$${";

    /// <param name="braces">The value for the inside of a <c>${...}</c>, which is null where no <c>}</c> follows; null leaves it as it is.</param>
    /// <param name="brackets">The same for <c>$[...]</c>, which needs its <c>]</c> to be one; absent where these mean nothing.</param>
    public static string Replace(string text, Func<string?, string?> braces, Func<string, string?>? brackets = null)
    {
        var result = new StringBuilder();
        var at = 0;
        for (int dollar; (dollar = text.IndexOf('$', at)) >= 0;)
        {
            result.Append(text, at, dollar - at);
            var length = 1;
            string? value = null;
            if (text.AsSpan(dollar).StartsWith(LiteralOpening, StringComparison.Ordinal))
            {
                (value, length) = ("${", LiteralOpening.Length);
            }
            else if (dollar + 1 < text.Length && text[dollar + 1] == '{')
            {
                var inside = Inside(text, dollar, '}');
                value = braces(inside);
                length = value is null ? 1 : inside!.Length + 3;
            }
            else if (brackets is not null && dollar + 1 < text.Length && text[dollar + 1] == '[' && Inside(text, dollar, ']') is { } form)
            {
                value = brackets(form);
                length = value is null ? 1 : form.Length + 3;
            }

            result.Append(value ?? "$");
            at = dollar + length;
        }

        return at == 0 ? text : result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The same tree with every text mapped. Keys stay as they are.</summary>
    public static OptionNode MapTexts(OptionNode node, Func<OptionNode, OptionNode> map) => MapTexts(node, (text, _) => map(text));

    /// <param name="map">Gets each text, and the keys that lead to it.</param>
    public static OptionNode MapTexts(OptionNode node, Func<OptionNode, IReadOnlyList<string>, OptionNode> map) => MapTexts(node, [], map);

    private static OptionNode MapTexts(OptionNode node, IReadOnlyList<string> keys, Func<OptionNode, IReadOnlyList<string>, OptionNode> map) => node.Kind switch
    {
        OptionKind.Text => map(node, keys),
        OptionKind.List => OptionNode.List([.. node.Items.Select(item => MapTexts(item, keys, map))], node.Place),
        OptionKind.Map => OptionNode.Map([.. node.Members.Select(m => KeyValuePair.Create(m.Key, MapTexts(m.Value, [.. keys, m.Key], map)))], node.Place),
        _ => node,
    };

    private static string? Inside(string text, int dollar, char closing)
    {
        var end = text.IndexOf(closing, dollar + 2);
        return end < 0 ? null : text[(dollar + 2)..end];
    }
}
