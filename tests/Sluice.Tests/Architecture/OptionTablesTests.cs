using Sluice.Cli.Output;
using Sluice.Connectors;
using Sluice.Engine.Formats;

namespace Sluice.Tests.Architecture;

/// <summary>The documentation of options is what the specifications say.</summary>
public class OptionTablesTests
{
    [Fact]
    public void The_pages_under_docs_options_are_up_to_date()
    {
        var folder = Repository.PathOf("docs", "options");
        var expected = OptionTables.Of(BuiltIn.Connectors, BuiltInFormats.All).ToDictionary(page => page.FileName, page => page.Text);
        var actual = Directory.Exists(folder)
            ? Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f), File.ReadAllText)
            : [];

        Assert.True(expected.Keys.Order().SequenceEqual(actual.Keys.Order()), "docs/options has other files than there are connectors and formats; run eng/update-baselines");
        foreach (var (name, text) in expected)
        {
            Assert.True(text == actual[name], $"docs/options/{name} is out of date; run eng/update-baselines");
        }
    }

    [Fact]
    public void Every_option_is_documented()
    {
        var silent = BuiltIn.Connectors
            .SelectMany(c => (c.Source?.Options ?? []).Concat(c.Sink?.Options ?? []).Concat(c.Table?.Options ?? []).Select(o => (Plugin: c.Name, Option: o)))
            .Concat(BuiltInFormats.All.SelectMany(f => f.Options.Select(o => (Plugin: f.Name, Option: o))))
            .Where(o => o.Option.Doc.Length == 0 || o.Option.ValueKind.Length == 0)
            .Select(o => $"{o.Plugin}.{o.Option.Name}");

        Assert.Empty(silent);
    }

    [Fact]
    public void A_page_says_as_what_a_table_may_be_used_and_what_its_options_are()
    {
        var pages = OptionTables.Of(BuiltIn.Connectors, BuiltInFormats.All).ToDictionary(page => page.FileName, page => page.Text);
        Assert.Contains("## As a table of SQL: a source\n\n| name | value | default | meaning |\n|---|---|---|---|\n| `rows-per-second` | integer from 1 | `10000` |", pages["datagen.md"]);
        Assert.Contains("## As a table of SQL: a sink\n\n| name", pages["print.md"]);
        Assert.Contains("## As a table of SQL: a sink\n\nIt has no options.\n", pages["blackhole.md"]);
        Assert.Contains("## As a table of SQL: a source and a sink\n\n| name", pages["filesystem.md"]);
        Assert.StartsWith("# json (format)\n", pages["format-json.md"]);
        Assert.Contains("\n## Options\n\n| name | value | default | meaning |\n|---|---|---|---|\n| `json.", pages["format-json.md"]);
    }
}
