using Sluice.Engine.Errors;

namespace Sluice.Engine.Options;

/// <summary>The options of one place of a script. Each is taken once; what is left over is reported. A bag may stand on a
/// fallback (a named data source), which answers where the script itself is silent (S-5).</summary>
public sealed class OptionBag(OptionNode map, Report report, OptionBag? fallback = null)
{
    private OptionBag? _fallback = fallback;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private (OptionBag Bag, string Prefix)? _above;

    public Place Place => map.Place;

    public Report Report { get; } = report;

    /// <summary>The value, or the option's default where it is absent or null.</summary>
    /// <exception cref="ConfigException">The value is not allowed, a required one is missing, or two spellings are both given.</exception>
    public T Take<T>(Option<T> option)
    {
        var node = TakeNode(option, out var given);
        if (node is not null)
        {
            return option.Read(node);
        }

        return option.IsRequired
            ? throw new ConfigException(map.Place, $"'{option.Name}' is missing; it takes: {option.ValueKind}" + (given is null ? "" : " (null is given)") + Misspelt(option) + (option.WhereMissing is { } more ? $"; {more}" : ""))
            : option.Default;
    }

    /// <summary>The same bag, standing on a fallback. What was taken so far stays taken.</summary>
    public OptionBag Over(OptionBag below)
    {
        _fallback = below;
        return this;
    }

    /// <summary>The option's value as the user wrote it, or null where it is absent. Takes nothing.</summary>
    public OptionNode? NodeOf(IOption option) => Peek(option);

    /// <summary>Whether the user gave the option, here or in the fallback. Takes nothing.</summary>
    public bool Has(IOption option) => Peek(option) is not null;

    /// <summary>Where the option's value stands, or the place of the whole bag where it is absent.</summary>
    public Place PlaceOf(IOption option) => Peek(option)?.Place ?? map.Place;

    /// <summary>A nested object as a bag of its own, or null where it is absent.</summary>
    public OptionBag? TakeMap(IOption option)
    {
        var node = TakeNode(option, out _);
        return node switch
        {
            null => null,
            { Kind: OptionKind.Map } => new OptionBag(node, Report),
            _ => throw new ConfigException(node.Place, $"'{option.Name}' is {node.Show()}; allowed: {option.ValueKind}"),
        };
    }

    /// <summary>Reports every key that nobody took, here and in the fallback, apart from those of other platforms (S-3).</summary>
    public void RefuseLeftovers()
    {
        foreach (var (key, value) in map.Members)
        {
            if (!_taken.Contains(key) && !ForeignKeys.Contains(key))
            {
                Report.UnknownKey(value.Place, key, _known);
            }
        }

        _fallback?.RefuseLeftovers();
    }

    /// <summary>Takes every key that begins with <paramref name="prefix"/>; the keys returned are without it.</summary>
    public IReadOnlyList<KeyValuePair<string, OptionNode>> TakePrefix(string prefix)
    {
        var found = map.Members.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        _taken.UnionWith(found.Select(m => m.Key));
        return [.. found.Select(m => KeyValuePair.Create(m.Key[prefix.Length..], m.Value))];
    }

    /// <summary>The same options as if every key that begins with <paramref name="prefix"/> stood there without it, and no others: those
    /// of a key's or a value's format. What is taken of it is taken here.</summary>
    public OptionBag Under(string prefix)
    {
        if (prefix.Length == 0)
        {
            return this;
        }

        var members = map.Members.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(m => KeyValuePair.Create(m.Key[prefix.Length..], m.Value)).ToList();
        var below = new OptionBag(OptionNode.Map(members, map.Place), Report) { _above = (this, prefix) };
        return below;
    }

    /// <summary>Refuses every key that nobody took and that is none of <paramref name="others"/>, which belong to another use of the same
    /// table (S-21). A name that ends in <c>*</c> stands for all that begin so.</summary>
    /// <exception cref="ConfigException">Names the key, the nearest one, and all that are supported.</exception>
    public void RefuseUnknown(string whose, IReadOnlyList<IOption> others)
    {
        string[] all = [.. others.SelectMany(Spellings).Concat(_known).Distinct().Order(StringComparer.Ordinal)];
        foreach (var (key, value) in map.Members)
        {
            if (!_taken.Contains(key) && !all.Any(name => name.EndsWith('*') ? key.StartsWith(name[..^1], StringComparison.Ordinal) : key == name))
            {
                var nearest = NearestName.Of(key, all);
                throw new ConfigException(value.Place, $"{whose} has no option '{key}'" + (nearest is null ? "." : $"; did you mean '{nearest}'?") + $" Supported: {string.Join(", ", all)}");
            }
        }
    }

    /// <summary>A key that is there, unknown so far, and looks like the one that is missing.</summary>
    private string Misspelt<T>(Option<T> option)
    {
        var untaken = map.Members.Select(m => m.Key).Where(key => !_taken.Contains(key));
        return NearestName.Of(option.Name, untaken) is { } found ? $"; found '{found}': is that what it should be?" : "";
    }

    private OptionNode? Peek(IOption option)
    {
        foreach (var name in Spellings(option))
        {
            if (map.Find(name) is { Kind: not OptionKind.Null } node)
            {
                return node;
            }
        }

        return _fallback?.Peek(option);
    }

    private OptionNode? TakeNode(IOption option, out OptionNode? given)
    {
        given = null;
        OptionNode? found = null;
        var foundName = "";
        foreach (var name in Spellings(option))
        {
            MarkKnown(name);
            if (map.Find(name) is not { } node)
            {
                continue;
            }

            MarkTaken(name);
            given = node;
            if (node.Kind == OptionKind.Null)
            {
                continue;
            }

            if (found is not null)
            {
                throw new ConfigException(node.Place, $"'{name}' and '{foundName}' are the same option; give one of them");
            }

            (found, foundName) = (node, name);
        }

        var below = _fallback?.TakeNode(option, out _);
        return found ?? below;
    }

    private void MarkTaken(string name)
    {
        _taken.Add(name);
        _above?.Bag.MarkTaken(_above.Value.Prefix + name);
    }

    private void MarkKnown(string name)
    {
        _known.Add(name);
        _above?.Bag.MarkKnown(_above.Value.Prefix + name);
    }

    private static IEnumerable<string> Spellings(IOption option) => [option.Name, .. option.Aliases];
}
