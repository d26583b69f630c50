using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>A folder as a user has it: <c>datasources.json</c> with a MySQL and a Redis under one name, and job scripts.</summary>
internal sealed class JobFolder : IDisposable
{
    /// <summary>What <c>--json</c> promises (docs/cli.md).</summary>
    private static readonly string[] s_names =
    [
        "status", "error", "rowsRead", "rowsWritten", "rowsSkipped", "rowsDirty", "rowsUnknown", "bytesOut", "seconds", "rowsPerSecond",
        "retries", "dirtyRecordsFile", "resume", "metrics",
    ];

    public JobFolder(RedisServer redis, MariaDbServer mysql, string database)
    {
        MySql = new JsonObject
        {
            ["host"] = mysql.Host,
            ["port"] = mysql.Port,
            ["database"] = database,
            ["username"] = MariaDbServer.User,
            ["password"] = MariaDbServer.Password,
        };
        Redis = new JsonObject { ["host"] = redis.Host, ["port"] = redis.Port };
    }

    public string Path { get; } = ServerProcess.NewFolder("job");

    /// <summary>The name of the data source.</summary>
    public string Name { get; set; } = "shop";

    /// <summary>The entries of the data source; what a test changes here counts from its next run on.</summary>
    public JsonObject MySql { get; }

    public JsonObject Redis { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public string DirtyFile => System.IO.Path.Combine(Path, "job.dirty.jsonl");

    public string[] DirtyLines => File.Exists(DirtyFile) ? File.ReadAllLines(DirtyFile) : [];

    public string Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes <c>job.json</c>. Reader and writer are the members of their parameters, without the outer braces.</summary>
    public void Job(string reader, string writer, string setting = "{}") => Write("job.json", $$"""
        {
          "type": "job", "version": "2.0",
          "steps": [
            { "stepType": "mysql", "name": "r", "category": "reader", "parameter": { "datasource": "shop", {{reader}} } },
            { "stepType": "redis", "name": "w", "category": "writer", "parameter": { "datasource": "shop", {{writer}} } }
          ],
          "order": { "hops": [{ "from": "r", "to": "w" }] },
          "setting": {{setting}}
        }
        """);

    /// <summary>Runs a command line inside the test. <c>job.json</c> and its dirty records are those of this folder.</summary>
    public async Task<SluiceProcess.Ended> RunAsync(params string[] args)
    {
        WriteDataSources();
        string[] words = [.. args.Select(a => a == "job.json" ? System.IO.Path.Combine(Path, a) : a)];
        return await SluiceProcess.RunInsideAsync(words is ["run", ..] ? [.. words, "--dirty-records", DirtyFile] : words, Environment.GetValueOrDefault);
    }

    /// <summary>The same as a process of its own, whose working directory is this folder.</summary>
    public SluiceProcess Start(params string[] args)
    {
        WriteDataSources();
        return SluiceProcess.Start(Path, args);
    }

    /// <summary>The same through a shell, for redirections.</summary>
    public SluiceProcess StartShell(string line, string before = "")
    {
        WriteDataSources();
        return SluiceProcess.StartProgram("/bin/sh", Path, "-c", $"{before} dotnet '{System.IO.Path.Combine(AppContext.BaseDirectory, "sluice.dll")}' {line}");
    }

    /// <summary>Runs <c>job.json</c>, which must end with this code and these words in its message; returns the one object of <c>--json</c>.</summary>
    public async Task<JsonElement> ExpectAsync(int code, string status, params string[] words)
    {
        var run = await RunAsync("run", "job.json", "--json");
        return Check(run, code, status, words);
    }

    /// <summary>That a run ended with this code, and that both its outputs say why.</summary>
    public static JsonElement Check(SluiceProcess.Ended run, int code, string status, params string[] words)
    {
        Assert.True(run.ExitCode == code, run.ToString());
        Assert.True(run.Out.Count(c => c == '\n') == 1, run.ToString());
        Assert.Equal(s_names, run.Json.EnumerateObject().Select(p => p.Name).Where(n => n != "commands"));
        Assert.Equal(status, run.Json.GetProperty("status").GetString());
        var error = run.Json.GetProperty("error").GetString() ?? "";
        foreach (var word in words)
        {
            Assert.Contains(word, error, StringComparison.Ordinal);
        }

        Assert.Equal(words.Length > 0, error.Length > 0);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.ToString(), StringComparison.Ordinal);
        Assert.Equal(Number(run.Json, "rowsRead"), Number(run.Json, "rowsWritten") + Number(run.Json, "rowsSkipped") + Number(run.Json, "rowsDirty") + Number(run.Json, "rowsUnknown"));
        return run.Json;
    }

    public static long Number(JsonElement summary, string name) => summary.GetProperty(name).GetInt64();

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void WriteDataSources() =>
        Write("datasources.json", new JsonObject { [Name] = new JsonObject { ["mysql"] = MySql.DeepClone(), ["redis"] = Redis.DeepClone() } }.ToJsonString());
}
