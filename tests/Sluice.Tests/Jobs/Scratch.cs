using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Jobs;

namespace Sluice.Tests.Jobs;

/// <summary>A folder for one test with a script, files beside it, and an environment of its own.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-jobs-");

    public List<string> Warnings { get; } = [];

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);

    public string? BizDate { get; set; }

    public string? CycTime { get; set; }

    public string? DataSourcesFile { get; set; }

    public bool Strict { get; set; }

    /// <summary>2026-03-01 00:30 in a zone two hours east of UTC, where it is still February.</summary>
    public TimeProvider Clock { get; set; } = new FixedClock(new DateTimeOffset(2026, 2, 28, 22, 30, 0, TimeSpan.Zero), TimeSpan.FromHours(2));

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public Plan Load(string script, string name = "job.json") => LoadFile(Write(name, script));

    public Plan LoadFile(string path) => JobScript.Load(
        new ScriptOptions
        {
            Path = path,
            Parameters = Parameters,
            BizDate = BizDate,
            CycTime = CycTime,
            DataSourcesFile = DataSourcesFile,
            Clock = Clock,
            Environment = Environment.GetValueOrDefault,
        },
        FakeConnector.All,
        new Report(Strict, Warnings.Add));

    /// <summary>The message with which a script is refused, without the path of the folder.</summary>
    public string Refusal(string script) => Short(Assert.Throws<ConfigException>(() => Load(script)).Message);

    public string Short(string message) => message.Replace(_folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>A valid script with one text of the reader in question.</summary>
    public static string WithWhere(string where) =>
        $$"""{"steps":[{"stepType":"mysql","category":"reader","parameter":{"where":{{System.Text.Json.JsonSerializer.Serialize(where)}} } },{"stepType":"redis","category":"writer"}]}""";

    public string Where(string where) => ((FakeSource)Load(WithWhere(where)).Source).Given.Text("where");

    /// <summary>A valid script with other settings.</summary>
    public static string WithSetting(string setting) =>
        $$"""{"steps":[{"stepType":"mysql","category":"reader"},{"stepType":"redis","category":"writer"}],"setting":{{setting}} }""";

    /// <summary>A file of tests/jobs.</summary>
    public static string JobFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return Path.Combine(folder.FullName, "tests", "jobs", name);
            }
        }

        throw new InvalidOperationException("The repository is not above the tests.");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

internal sealed class FixedClock(DateTimeOffset now, TimeSpan offset) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");

    public override DateTimeOffset GetUtcNow() => now;
}
