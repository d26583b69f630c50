using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>Says of a part of a script what it must be, without showing what it is: it may be a secret at the wrong place.</summary>
internal static class Shape
{
    /// <param name="what">The part in words or as a quoted key.</param>
    public static OptionNode Expect(OptionNode node, OptionKind kind, string what) =>
        node.Kind == kind ? node : throw new ConfigException(node.Place, $"{what} is {WordFor(node.Kind)}; allowed: {WordFor(kind)}");

    /// <summary>A required member of an object.</summary>
    public static OptionNode Required(OptionBag bag, Option<OptionNode?> option, OptionKind kind) =>
        Expect(Required(bag, option), kind, $"'{option.Name}'");

    public static OptionNode Required(OptionBag bag, Option<OptionNode?> option) =>
        bag.Take(option) ?? throw new ConfigException(bag.Place, $"'{option.Name}' is missing; it takes: {option.ValueKind}");

    /// <summary>A member that may be absent or null.</summary>
    public static OptionNode? Optional(OptionBag bag, Option<OptionNode?> option, OptionKind kind) =>
        bag.Take(option) is { } node ? Expect(node, kind, $"'{option.Name}'") : null;

    /// <summary>The name of a step, of its type, of a data source.</summary>
    public static string Name(OptionNode node, string what) =>
        node.IsScalar && node.Text.Length > 0 ? node.Text
            : throw new ConfigException(node.Place, $"{what} is {(node.IsScalar ? "empty" : WordFor(node.Kind))}; allowed: a name");

    private static string WordFor(OptionKind kind) => kind switch
    {
        OptionKind.Null => "null",
        OptionKind.Boolean => "true or false",
        OptionKind.Number => "a number",
        OptionKind.Text => "a text",
        OptionKind.List => "a list",
        _ => "an object",
    };
}
