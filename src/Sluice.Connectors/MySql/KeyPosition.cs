using System.Text.RegularExpressions;
using Sluice.Connectors.MySql.Slicing;
using Sluice.Engine.Connectors;

namespace Sluice.Connectors.MySql;

/// <summary>A position in key order, as it stands in <see cref="Position.Key"/> and in a statement: <c>&gt; 17</c>, everything up to 17 is
/// covered; <c>&gt;= 17</c>, everything before it, where several rows may have the same key (S-27c).</summary>
internal static partial class KeyPosition
{
    /// <param name="literal">The key of the last row.</param>
    /// <param name="covers">Whether every row with this key is covered.</param>
    public static string After(string literal, bool covers) => (covers ? "> " : ">= ") + literal;

    /// <summary>The condition that leaves what is still to be read; null for a position without a key. It was stored elsewhere and becomes part of
    /// a statement: nothing but a literal is taken.</summary>
    /// <param name="key">Quoted.</param>
    /// <exception cref="Engine.Errors.ConfigException">The text is none of ours.</exception>
    public static string? Condition(Position? after, string key) => after?.Key is { } text ? $"{key} {Checked(text)}" : null;

    /// <summary>The condition that leaves what is covered: the other side of <see cref="Condition"/>. Null for the end of the slice.</summary>
    /// <exception cref="Engine.Errors.ConfigException">The text is none of ours.</exception>
    public static string? Bound(Position? upTo, string key) => upTo switch
    {
        null or { IsEnd: true } => null,
        { Key: { } text } => $"{key} {(Checked(text).StartsWith(">= ", StringComparison.Ordinal) ? $"< {text[3..]}" : $"<= {text[2..]}")}",
        _ => throw new Engine.Errors.ConfigException($"the stored position '{upTo}' has no key; start over with --restart"),
    };

    private static string Checked(string text) => Form().IsMatch(text) ? text
        : throw new Engine.Errors.ConfigException($"the stored position '{text}' is no key; start over with --restart");

    [GeneratedRegex($@"^>=? {SqlLiteral.Pattern}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
