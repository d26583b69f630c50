using Sluice.Engine.Formats;
using Sluice.Tests.Architecture;

namespace Sluice.Tests.Formats;

/// <summary>docs/formats.md knows every format and every option with its default.</summary>
public sealed class FormatDocumentTests
{
    private static readonly string s_page = File.ReadAllText(Repository.PathOf("docs", "formats.md"));

    [Fact]
    public void Every_option_stands_in_the_documentation_with_its_values_and_its_default()
    {
        foreach (var option in BuiltInFormats.All.SelectMany(f => f.Options))
        {
            var shown = option.DefaultText.Length == 0 ? "" : $"`{option.DefaultText}`";
            Assert.Contains($"\n| `{option.Name}` | {option.ValueKind} | {shown} | ", s_page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_format_has_a_section() =>
        Assert.All(BuiltInFormats.All, format => Assert.Contains($"\n## {format.Name}\n", s_page, StringComparison.Ordinal));
}
