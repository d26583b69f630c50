using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>The two ends of a job where each has a key of its own: <c>reader</c> and <c>writer</c>.</summary>
internal static class NamedEnds
{
    /// <param name="typeKey">The key under which an end names its type: <c>plugin</c> or <c>name</c>.</param>
    public static (Step Reader, Step Writer) Read(OptionBag job, string typeKey) => (ReadEnd(job, "reader", typeKey), ReadEnd(job, "writer", typeKey));

    private static Step ReadEnd(OptionBag job, string role, string typeKey)
    {
        var end = Option.Node(role, $"an object with '{typeKey}' and 'parameter'", $"The {role} of the job.");
        var type = Option.Node(typeKey, $"the name of a {role}", $"What the {role} is.");
        var bag = new OptionBag(Shape.Required(job, end, OptionKind.Map), job.Report);
        var step = new Step(Shape.Required(bag, type), Step.ParameterOf(bag));
        bag.RefuseLeftovers();
        return step;
    }
}
