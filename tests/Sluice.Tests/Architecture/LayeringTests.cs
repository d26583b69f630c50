using System.Reflection;

namespace Sluice.Tests.Architecture;

/// <summary>Arrows between projects point one way.</summary>
public class LayeringTests
{
    [Theory]
    [InlineData("Sluice.Redis", "")]
    [InlineData("Sluice.Engine", "")]
    [InlineData("Sluice.Jobs", "Sluice.Engine")]
    [InlineData("Sluice.Sql", "Sluice.Engine")]
    [InlineData("Sluice.Connectors", "Sluice.Engine Sluice.Redis")]
    [InlineData("sluice", "Sluice.Connectors Sluice.Engine Sluice.Jobs Sluice.Redis Sluice.Sql")]
    public void A_project_refers_only_to_those_below_it(string assembly, string allowed)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(r => r.Name!)
            .Where(name => name.StartsWith("Sluice", StringComparison.OrdinalIgnoreCase));

        Assert.Empty(references.Except(allowed.Split(' ')));
    }

    [Theory]
    [InlineData("Sluice.Redis")]
    [InlineData("Sluice.Engine")]
    [InlineData("Sluice.Jobs")]
    [InlineData("Sluice.Sql")]
    public void The_lower_layers_need_nothing_but_the_platform(string assembly)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(r => r.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Sluice.", StringComparison.Ordinal)
                && name is not ("mscorlib" or "netstandard" or "Microsoft.Win32.Primitives"));

        Assert.Empty(references);
    }
}
