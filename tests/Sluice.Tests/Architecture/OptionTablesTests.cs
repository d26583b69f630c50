using Sluice.Cli.Output;
using Sluice.Connectors;

namespace Sluice.Tests.Architecture;

/// <summary>The documentation of options is what the specifications say.</summary>
public class OptionTablesTests
{
    [Fact]
    public void The_pages_under_docs_options_are_up_to_date()
    {
        var folder = Repository.PathOf("docs", "options");
        var expected = OptionTables.Of(BuiltIn.Connectors).ToDictionary(page => page.FileName, page => page.Text);
        var actual = Directory.Exists(folder)
            ? Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f), File.ReadAllText)
            : [];

        Assert.True(expected.Keys.Order().SequenceEqual(actual.Keys.Order()), "docs/options has other files than there are connectors; run eng/update-baselines");
        foreach (var (name, text) in expected)
        {
            Assert.True(text == actual[name], $"docs/options/{name} is out of date; run eng/update-baselines");
        }
    }

    [Fact]
    public void Every_option_is_documented()
    {
        var silent = BuiltIn.Connectors
            .SelectMany(c => (c.Source?.Options ?? []).Concat(c.Sink?.Options ?? []).Select(o => (Plugin: c.Name, Option: o)))
            .Where(o => o.Option.Doc.Length == 0 || o.Option.ValueKind.Length == 0)
            .Select(o => $"{o.Plugin}.{o.Option.Name}");

        Assert.Empty(silent);
    }
}
