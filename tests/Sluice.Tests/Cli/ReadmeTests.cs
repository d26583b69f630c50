using System.Text.RegularExpressions;
using Sluice.Cli;
using Sluice.Tests.Architecture;

namespace Sluice.Tests.Cli;

/// <summary>What the documentation shows is what the program takes.</summary>
public partial class ReadmeTests
{
    [Fact]
    public async Task The_first_job_and_the_first_stream_of_the_readme_pass_the_strict_check()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-readme-").FullName;
        try
        {
            var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"));
            foreach (Match block in NamedBlock().Matches(readme))
            {
                await File.WriteAllTextAsync(Path.Combine(folder, block.Groups["name"].Value), block.Groups["text"].Value);
            }

            var run = await RunAsync("check", Path.Combine(folder, "customers.json"), "-p", "since=2024-05-01", "--strict");

            Assert.Equal((0, "ok\n", ""), run);
            Assert.Equal((0, "ok\n", ""), await RunAsync("check", Path.Combine(folder, "logins.sql"), "-p", "broker=127.0.0.1:9092", "--strict"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_statements_that_explain_dimension_tables_pass_the_strict_check()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-lookup-").FullName;
        try
        {
            var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "lookup.md"));
            var script = Path.Combine(folder, "lookup.sql");
            await File.WriteAllTextAsync(script, string.Concat(SqlBlock().Matches(text).Select(b => b.Groups["text"].Value)));

            Assert.Equal((0, "ok\n", ""), await RunAsync("check", script, "--strict"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_option_of_run_is_in_the_reference_of_the_command_line()
    {
        var reference = await File.ReadAllTextAsync(Repository.PathOf("docs", "cli.md"));
        var (_, help, _) = await RunAsync("run", "--help");

        foreach (Match option in LongOption().Matches(help))
        {
            Assert.Contains(option.Value, reference, StringComparison.Ordinal);
        }
    }

    private static async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var shell = new Shell { Out = output, Error = error, Environment = name => name == "SHOP_PASSWORD" ? "secret" : null };
        return (await CommandLine.RunAsync(args, shell), output.ToString(), error.ToString());
    }

    [GeneratedRegex("""^`(?<name>\S+\.(?<kind>json|sql))`\n```\k<kind>\n(?<text>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex NamedBlock();

    [GeneratedRegex("""^```sql\n(?<text>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex SqlBlock();

    [GeneratedRegex(@"--[a-z][a-z-]+", RegexOptions.None, 1000)]
    private static partial Regex LongOption();
}
