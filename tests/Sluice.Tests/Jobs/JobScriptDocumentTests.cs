using System.Text.RegularExpressions;
using Sluice.Engine.Options;

namespace Sluice.Tests.Jobs;

public sealed partial class JobScriptDocumentTests : IDisposable
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Scratch.JobFile("x"))!, "..", "..", "docs", "job-scripts.md"));

    private readonly Scratch _scratch = new() { Strict = true };

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Every_example_loads_strictly()
    {
        var examples = JsonBlocks().Matches(s_text).Select(m => m.Groups["json"].Value).ToList();
        Assert.Equal(4, examples.Count);
        _scratch.Write("datasources.json", examples[3]);
        _scratch.Write("secrets/redis", "x");
        _scratch.Environment["SHOP_PASSWORD"] = "y";
        foreach (var script in examples[..3])
        {
            var plan = _scratch.Load(script);
            Assert.Equal("y", ((FakeSource)plan.Source).Given.Entry!.Find("password")!.Text);
            Assert.Equal("x", ((FakeSink)plan.Sink).Given.Entry!.Find("password")!.Text);
        }

        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void Every_foreign_key_is_listed() => Assert.All(ForeignKeys.All, key => Assert.Contains($"`{key}`", s_text, StringComparison.Ordinal));

    [GeneratedRegex("```json\\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlocks();
}
