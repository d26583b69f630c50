using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>Version 2.0: a list of <c>steps</c>, each with a <c>category</c>, and their <c>order</c>. Where a step stands in the
/// list means nothing.</summary>
internal sealed class UnifiedDialect : IDialect
{
    private static readonly Option<OptionNode?> s_steps = Option.Node("steps", "a list with a reader and a writer", "The two ends of the job.");
    private static readonly Option<OptionNode?> s_setting = Option.Node("setting", "an object", "Speed and error limit.");
    private static readonly Option<OptionNode?> s_order = Option.Node("order", "an object with 'hops'", "Which step feeds which.");
    private static readonly Option<OptionNode?> s_category = Option.Node("category", "reader or writer", "What the step does.");
    private static readonly Option<OptionNode?> s_stepType = Option.Node("stepType", "the name of a connector", "What is read or written.");
    private static readonly Option<OptionNode?> s_name = Option.Node("name", "a name", "How 'order' calls the step.");

    public string Key => s_steps.Name;

    public string Version => "2.0";

    public Script Read(OptionBag script)
    {
        var list = Shape.Required(script, s_steps, OptionKind.List);
        var steps = list.Items.Select(item => ReadStep(item, script.Report)).ToList();
        var reader = Only(steps, "reader", list);
        var writer = Only(steps, "writer", list);
        if (Shape.Optional(script, s_order, OptionKind.Map) is { } order)
        {
            Hops.Check(order, steps, script.Report);
        }

        return new Script(reader.AsStep(), writer.AsStep(), script.Take(s_setting));
    }

    private static NamedStep ReadStep(OptionNode node, Report report)
    {
        var bag = new OptionBag(Shape.Expect(node, OptionKind.Map, "a step"), report);
        var categoryNode = Shape.Required(bag, s_category);
        var category = Shape.Name(categoryNode, "'category'");
        var type = bag.Take(s_stepType);
        var step = new NamedStep(
            node.Place,
            bag.Take(s_name) is { } name ? Shape.Name(name, "'name'") : null,
            category,
            type,
            Step.ParameterOf(bag));
        switch (category)
        {
            case "reader" or "writer":
                _ = type ?? Shape.Required(bag, s_stepType);
                break;
            case "processor" when type is null && step.Parameter.Find("nodes") is null or { Items.Count: 0 }:
                // Editors write an empty one between the reader and the writer.
                break;
            case "processor" or "map":
                throw new ConfigException(node.Place, $"a step of the category '{category}' would change the rows, which is not supported; change them in the reader's 'querySql' or 'column', and take the step out");
            default:
                throw new ConfigException(categoryNode.Place, $"'category' is {categoryNode.Show()}; allowed: reader, writer");
        }

        bag.RefuseLeftovers();
        return step;
    }

    private static NamedStep Only(List<NamedStep> steps, string category, OptionNode list)
    {
        var found = steps.Where(s => s.Category == category).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ConfigException(list.Place, $"no step has the category '{category}'; a job needs one reader and one writer"),
            _ => throw new ConfigException(found[1].Place, $"this is a second {category}, the first is {found[0].Place.Path}; a job has one reader and one writer"),
        };
    }
}

/// <summary>A step as version 2.0 writes it.</summary>
internal sealed record NamedStep(Place Place, string? Name, string Category, OptionNode? Type, OptionNode Parameter)
{
    public Step AsStep() => new(Type!, Parameter);
}
