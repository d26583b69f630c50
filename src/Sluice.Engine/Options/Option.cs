using System.Globalization;
using Sluice.Engine.Errors;

namespace Sluice.Engine.Options;

/// <summary>What the documentation says of an option.</summary>
public interface IOption
{
    string Name { get; }

    /// <summary>Other spellings that are taken as well.</summary>
    IReadOnlyList<string> Aliases { get; }

    /// <summary>The kind of value in words: integer, text, true or false, one of a, b.</summary>
    string ValueKind { get; }

    /// <summary>The default as the user would write it; empty where there is none.</summary>
    string DefaultText { get; }

    bool IsRequired { get; }

    bool IsSecret { get; }

    string Doc { get; }
}

/// <summary>One option: name, type, default and documentation at one place.</summary>
public sealed class Option<T>(string name, string valueKind, T @default, Func<OptionNode, Option<T>, T> read, string doc) : IOption
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public string ValueKind { get; } = valueKind;

    public T Default { get; } = @default;

    public string DefaultText { get; init; } = @default switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string text => text,
        _ => "",
    };

    public bool IsRequired { get; init; }

    /// <summary>What else the message says where it is required and missing.</summary>
    public string? WhereMissing { get; init; }

    public bool IsSecret { get; init; }

    public string Doc { get; } = doc;

    /// <exception cref="ConfigException">The value is not one that the option allows.</exception>
    public T Read(OptionNode node) => read(node, this);

    internal ConfigException Wrong(OptionNode node) =>
        new(node.Place, $"'{Name}' is {(IsSecret ? "of another kind" : node.Show())}; allowed: {ValueKind}");
}

/// <summary>The kinds of options. A number or a boolean may be written as a string (S-2).</summary>
public static class Option
{
    public static Option<long> Integer(string name, long @default, string doc, long min = long.MinValue, long max = long.MaxValue) =>
        new(name, Range("integer", min, max), @default, (node, self) => ReadInteger(node, self, min, max), doc);

    /// <summary>An integer without a default.</summary>
    public static Option<long?> OptionalInteger(string name, string doc, long min = long.MinValue, long max = long.MaxValue, IReadOnlyList<string>? aliases = null) =>
        new(name, Range("integer", min, max), null, (node, self) => ReadInteger(node, self, min, max), doc) { Aliases = aliases ?? [] };

    public static Option<double?> OptionalNumber(string name, string doc, double min = double.MinValue, double max = double.MaxValue) =>
        new(name, "number"
            + (min == double.MinValue ? "" : $" from {min.ToString(CultureInfo.InvariantCulture)}")
            + (max == double.MaxValue ? "" : $" {(min == double.MinValue ? "up to" : "to")} {max.ToString(CultureInfo.InvariantCulture)}"), null,
            (node, self) => node.Kind is OptionKind.Number or OptionKind.Text
                && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= min && value <= max
                ? value : throw self.Wrong(node), doc);

    public static Option<bool> Boolean(string name, bool @default, string doc) =>
        new(name, "true or false", @default, (node, self) => node.IsScalar && bool.TryParse(node.Text, out var value) ? value : throw self.Wrong(node), doc);

    /// <summary>A text; null where it is absent and has no default.</summary>
    public static Option<string?> Text(string name, string? @default, string doc) =>
        new(name, "text", @default, (node, self) => node.IsScalar ? node.Text : throw self.Wrong(node), doc);

    public static Option<string?> Secret(string name, string doc) =>
        new(name, "text", null, (node, self) => node.IsScalar ? node.Text : throw self.Wrong(node), doc) { IsSecret = true };

    /// <summary>One of a few words, in any case. The default is shown as the first.</summary>
    public static Option<string> Choice(string name, string @default, IReadOnlyList<string> words, string doc) =>
        new(name, "one of " + string.Join(", ", words.Select(w => w.Length == 0 ? "\"\"" : w)), @default,
            (node, self) => node.IsScalar && words.FirstOrDefault(w => w.Equals(node.Text, StringComparison.OrdinalIgnoreCase)) is { } word ? word : throw self.Wrong(node), doc);

    /// <summary>A time in Flink's notation: <c>1000ms</c>, <c>1 s</c>, <c>2min</c>; a bare number is milliseconds.</summary>
    public static Option<TimeSpan> Duration(string name, TimeSpan @default, string doc) =>
        new(name, "duration such as 1000ms, 3 s or 2min", @default, (node, self) => node.IsScalar && Durations.TryParse(node.Text, out var value) ? value : throw self.Wrong(node), doc)
        {
            DefaultText = $"{@default.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms",
        };

    /// <summary>A part of the script that its taker reads itself.</summary>
    public static Option<OptionNode?> Node(string name, string valueKind, string doc) => new(name, valueKind, null, (node, _) => node, doc);

    private static long ReadInteger<T>(OptionNode node, Option<T> self, long min, long max) =>
        node.Kind is OptionKind.Number or OptionKind.Text
        && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value : throw self.Wrong(node);

    private static string Range(string kind, long min, long max) => (min, max) switch
    {
        (long.MinValue, long.MaxValue) => kind,
        (_, long.MaxValue) => $"{kind} from {min}",
        (long.MinValue, _) => $"{kind} up to {max}",
        _ => $"{kind} from {min} to {max}",
    };
}
