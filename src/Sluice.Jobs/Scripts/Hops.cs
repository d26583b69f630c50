using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>The order of steps: hops that lead from the reader to the writer, if there are any. A reader has no step before it and
/// a writer none behind it.</summary>
internal static class Hops
{
    private static readonly Option<OptionNode?> s_hops = Option.Node("hops", "a list of objects with 'from' and 'to'", "Which step feeds which.");
    private static readonly Option<OptionNode?> s_from = Option.Node("from", "the name of a step", "The step that gives rows.");
    private static readonly Option<OptionNode?> s_to = Option.Node("to", "the name of a step", "The step that takes them.");

    public static void Check(OptionNode order, IReadOnlyList<NamedStep> steps, Report report)
    {
        var bag = new OptionBag(order, report);
        var hops = Shape.Optional(bag, s_hops, OptionKind.List);
        bag.RefuseLeftovers();
        if (hops is null or { Items.Count: 0 })
        {
            return;
        }

        var byName = ByName(steps);
        var edges = hops.Items.Select(hop => ReadHop(hop, byName, report)).ToList();
        var reached = new HashSet<NamedStep>(ReferenceEqualityComparer.Instance) { steps.First(s => s.Category == "reader") };
        for (var before = 0; before < reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(edges.Where(e => reached.Contains(e.From)).Select(e => e.To));
        }

        if (!reached.Any(s => s.Category == "writer"))
        {
            throw new ConfigException(hops.Place, "the hops do not lead from the reader to the writer; one hop from the one to the other is enough");
        }
    }

    private static Dictionary<string, NamedStep> ByName(IReadOnlyList<NamedStep> steps)
    {
        var byName = new Dictionary<string, NamedStep>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (step.Name is not null && !byName.TryAdd(step.Name, step))
            {
                throw new ConfigException(step.Place, $"the name '{step.Name}' is also that of {byName[step.Name].Place.Path}; hops need each name once");
            }
        }

        return byName;
    }

    private static (NamedStep From, NamedStep To) ReadHop(OptionNode node, Dictionary<string, NamedStep> byName, Report report)
    {
        var bag = new OptionBag(Shape.Expect(node, OptionKind.Map, "a hop"), report);
        var from = Named(Shape.Required(bag, s_from), s_from.Name, byName);
        var to = Named(Shape.Required(bag, s_to), s_to.Name, byName);
        bag.RefuseLeftovers();
        if (from.Category == "writer")
        {
            throw new ConfigException(bag.PlaceOf(s_from), $"'from' is \"{from.Name}\", which is a writer; a hop begins at the reader");
        }

        return to.Category == "reader"
            ? throw new ConfigException(bag.PlaceOf(s_to), $"'to' is \"{to.Name}\", which is a reader; a hop ends at the writer")
            : (from, to);
    }

    private static NamedStep Named(OptionNode node, string key, Dictionary<string, NamedStep> byName)
    {
        var name = Shape.Name(node, $"'{key}'");
        if (byName.TryGetValue(name, out var step))
        {
            return step;
        }

        var nearest = NearestName.Of(name, byName.Keys);
        throw new ConfigException(node.Place, $"'{key}' is {node.Show()}, which names no step"
            + (nearest is null ? "" : $"; did you mean '{nearest}'?")
            + (byName.Count == 0 ? "; no step has a 'name'" : $"; the steps are: {string.Join(", ", byName.Keys)}"));
    }
}
