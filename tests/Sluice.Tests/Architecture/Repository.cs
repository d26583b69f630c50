namespace Sluice.Tests.Architecture;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = ["bin", "obj", "build", "TestResults", ".git", ".vs"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Text files below a folder, without what a build leaves.</summary>
    public static IEnumerable<string> Files(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            yield return file;
        }

        foreach (var below in Directory.EnumerateDirectories(folder).Where(d => !s_notOurs.Contains(Path.GetFileName(d))))
        {
            foreach (var file in Files(below))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
