namespace Sluice.Tests.Architecture;

/// <summary>What every file of the repository keeps to.</summary>
public class SourceTests
{
    private const int MostLines = 400;

    private static readonly string[] s_text =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".json", ".md", ".txt", ".sql", ".sh", ".yml", ".editorconfig", ""];

    // Put together, so that this file does not hold them itself.
    private static readonly string[] s_unwanted =
        ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/", "/ro" + "ot/", "/home" + "/", "/tmp" + "/wt-"];

    [Fact]
    public void A_source_file_stays_short_enough_to_read()
    {
        var tooLong = Repository.Files(Repository.PathOf("src"))
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) && File.ReadLines(f).Count() >= MostLines);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_file_names_a_machine_or_leaves_work_for_later()
    {
        var found = Repository.Files(Repository.Root)
            .Where(f => s_text.Contains(Path.GetExtension(f)))
            .SelectMany(f => File.ReadLines(f).Select((line, index) => (File: Path.GetRelativePath(Repository.Root, f), Line: index + 1, Text: line)))
            .Where(l => s_unwanted.Any(word => l.Text.Contains(word, StringComparison.Ordinal)))
            .Select(l => $"{l.File}:{l.Line}: {l.Text.Trim()}");

        Assert.Empty(found);
    }
}
