using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>What a step does, and which connectors can do it.</summary>
internal sealed class Role(string name, Func<IConnectorPlugin, bool> canPlay)
{
    public static readonly Role Reader = new("reader", plugin => plugin.Source is not null);
    public static readonly Role Writer = new("writer", plugin => plugin.Sink is not null);

    /// <summary>The connector that a step names, by its own name or another dialect's, in any case.</summary>
    /// <exception cref="ConfigException">There is none of that name, or it cannot play the role.</exception>
    public IConnectorPlugin Find(Step step, IReadOnlyList<IConnectorPlugin> connectors)
    {
        var type = Shape.Name(step.Type, $"the type of the {name}");
        var able = connectors.Where(canPlay).ToList();
        var plugin = connectors.FirstOrDefault(c => NamesOf(c).Contains(type, StringComparer.OrdinalIgnoreCase));
        if (plugin is not null && canPlay(plugin))
        {
            return plugin;
        }

        var known = $"known {name}s: {string.Join(", ", able.Select(c => c.Name))}";
        if (plugin is not null)
        {
            throw new ConfigException(step.Type.Place, $"{step.Type.Show()} cannot be a {name}; {known}");
        }

        var nearest = NearestName.Of(type, able.SelectMany(NamesOf));
        throw new ConfigException(step.Type.Place, $"there is no {name} {step.Type.Show()}" + (nearest is null ? "" : $"; did you mean '{nearest}'?") + $"; {known}");
    }

    private static IEnumerable<string> NamesOf(IConnectorPlugin plugin) => [plugin.Name, .. plugin.Aliases];
}
