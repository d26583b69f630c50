using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>The launcher at the root of the repository: builds what it needs and becomes the program.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("launcher");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_works_through_a_link_from_anywhere_and_passes_the_exit_code_on()
    {
        var link = Path.Combine(_folder, "sluice-link");
        File.CreateSymbolicLink(link, Path.Combine(Checkout.Root, "sluice"));

        // Both at once: one of them builds where that is needed, the other waits.
        using var version = SluiceProcess.StartProgram(link, _folder, "--version");
        using var refused = SluiceProcess.StartProgram(link, _folder, "run", "no such.json", "--json");

        var (first, second) = (await version.EndAsync(), await refused.EndAsync());
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Matches(@"^sluice \d+\.\d+\.\d+\s$", first.Out);
        Assert.True(second.ExitCode == 2, second.ToString());
        Assert.Contains("no such.json", second.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
