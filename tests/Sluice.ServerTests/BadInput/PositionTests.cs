using Sluice.Engine.Execution;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>Positions of another job, and keys that are not ours, where rows are written exactly once (S-27b).</summary>
public sealed class PositionTests(RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("position");
    private readonly WriterJob _job = new();

    public void Dispose()
    {
        _job.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<SluiceProcess.Ended> RunAsync(string name, string value = "CAST(v AS STRING)", string more = "", params string[] options)
    {
        var script = Path.Combine(_folder, "script.sql");
        await File.WriteAllTextAsync(script, $"""
            SET 'pipeline.name' = '{name}';
            CREATE TABLE n (v INT) WITH ('connector' = 'datagen', 'fields.v.kind' = 'sequence', 'fields.v.start' = '0', 'fields.v.end' = '9');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{redis.Port}',
              'sink.delivery-guarantee' = 'exactly-once'{more});
            INSERT INTO r SELECT '{name}', {value} FROM n;
            """);
        return await SluiceProcess.RunInsideAsync(["sql", script, "--json", .. options], _ => null);
    }

    private static void AssertRefused(SluiceProcess.Ended run, params string[] words)
    {
        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
        Assert.Equal(0, run.Json.GetProperty("rowsWritten").GetInt64());
    }

    [Fact]
    public async Task A_statement_or_a_table_that_changed_does_not_go_on_and_is_told_what_changed()
    {
        Assert.Equal(0, (await RunAsync("changed")).ExitCode);
        Assert.Equal(10L, redis.Command("LLEN", "changed"));
        AssertRefused(await RunAsync("changed", "CAST(v + 1 AS STRING)"), "'sluice:job:changed/r'", "the statement is another now", "--restart");
        AssertRefused(await RunAsync("changed", more: ", 'key-prefix' = 'p'"), "'sluice:job:changed/r'", "'r'", "another now", "--restart");
        Assert.Equal(10L, redis.Command("LLEN", "changed"));

        // What does not decide which rows go where may change.
        Assert.Equal(0, (await RunAsync("changed", more: ", 'sink.retry-timeout' = '50s', 'socket.timeout' = '7s'")).ExitCode);
        Assert.Equal(10L, redis.Command("LLEN", "changed"));
    }

    [Fact]
    public async Task A_writer_that_changed_does_not_go_on_and_is_told_what_changed()
    {
        string Writer(string delimiter) => $"'host':'127.0.0.1','port':{redis.Port},'keyIndexes':[0],'keyFieldDelimiter':'{delimiter}','deliveryGuarantee':'exactly-once','batchSize':2,'writeMode':{{'type':'list'}}";
        IEnumerable<object?[]> rows = Enumerable.Range(0, 10).Select(i => (object?[])["writer", $"{i}"]);
        Assert.Equal(JobStatus.Failed, (await _job.RunAsync(Writer("-"), "k,v", rows.Select((r, i) => i < 6 ? r : throw new InvalidDataException("broke off")))).Status);
        Assert.Equal(6L, redis.Command("LLEN", "writer"));

        var refused = await _job.RunAsync(Writer("+"), "k,v", rows);
        Assert.Equal((JobStatus.Refused, 0L), (refused.Status, refused.RowsWritten));
        Assert.All((string[])["'sluice:job:job'", "the writer's 'keyFieldDelimiter' is another now", "--restart", "--job-id"], word => Assert.Contains(word, refused.Error, StringComparison.Ordinal));
        Assert.Equal(6L, redis.Command("LLEN", "writer"));
    }

    [Theory]
    [InlineData("SET", "x")]
    [InlineData("HSET", "colour", "red")]
    public async Task A_key_of_ours_that_holds_something_else_is_refused_by_a_sink_table_too(string command, params string[] content)
    {
        var name = "other" + command;
        Assert.Equal(0, (await RunAsync(name)).ExitCode);
        redis.Command("HDEL", $"sluice:job:{name}/r", "finished");
        var positions = (string)((object?[])redis.Command("KEYS", $"sluice:position:{name}/*")!)[0]!;
        foreach (var key in (string[])[positions, $"sluice:job:{name}/r"])
        {
            redis.Command("DEL", key);
            redis.Command([command, key, .. content]);
            foreach (var options in (string[][])[[], ["--restart"]])
            {
                var refused = await RunAsync(name, options: options);
                AssertRefused(refused, $"'{key}'", "holds something else; rename it there");
                Assert.DoesNotContain("--restart", refused.Error, StringComparison.Ordinal);
            }

            Assert.Equal(10L, redis.Command("LLEN", name));
            Assert.Equal(command == "SET" ? "x" : "red", command == "SET" ? redis.Command("GET", key) : redis.Command("HGET", key, "colour"));
        }
    }

    [Theory]
    [InlineData("SET", "somebody's")]
    [InlineData("HSET", "colour", "red")]
    [InlineData("HSET", "position", "7")]
    public async Task Where_no_record_says_of_what_only_a_position_of_ours_is_forgotten(string command, params string[] content)
    {
        var name = $"lost-{command}-{content.Length}-{content[0].Length}";
        Assert.Equal(0, (await RunAsync(name)).ExitCode);
        var position = (string)((object?[])redis.Command("KEYS", $"sluice:position:{name}/*")!)[0]!;
        redis.Command("DEL", $"sluice:job:{name}/r", position, name);
        redis.Command([command, position, .. content]);
        foreach (var options in (string[][])[[], ["--restart"]])
        {
            var refused = await RunAsync(name, options: options);
            AssertRefused(refused, $"'{position}'", "holds something else");
            Assert.DoesNotContain("--restart", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(content[^1], command == "SET" ? redis.Command("GET", position) : redis.Command("HGET", position, content[0]));
        redis.Command("DEL", position);
        redis.Command("HSET", position, "position", "7", "owner", "0011");
        AssertRefused(await RunAsync(name), $"'{position}'", "--restart forgets");
        Assert.Equal(0, (await RunAsync(name, options: "--restart")).ExitCode);
        Assert.Equal(10L, redis.Command("LLEN", name));
    }

    [Fact]
    public async Task Statements_without_a_file_need_a_name()
    {
        var statements = $"""
            CREATE TABLE n (v INT) WITH ('connector' = 'datagen', 'fields.v.kind' = 'sequence', 'fields.v.start' = '0', 'fields.v.end' = '9');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k, v) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'LIST', 'host' = '127.0.0.1', 'port' = '{redis.Port}',
              'sink.delivery-guarantee' = 'exactly-once');
            INSERT INTO r SELECT 'nameless', CAST(v AS STRING) FROM n;
            """;
        AssertRefused(await SluiceProcess.RunInsideAsync(["sql", "-e", statements, "--json"], _ => null), "the job needs a name", "--job-id", "SET 'pipeline.name'");
        await File.WriteAllTextAsync(Path.Combine(_folder, "in.sql"), statements);
        using var piped = SluiceProcess.StartProgram("/bin/sh", _folder, "-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "sluice.dll")}' sql /dev/stdin --json < in.sql");
        AssertRefused(await piped.EndAsync(), "the job needs a name");
        Assert.Equal(0L, redis.Command("EXISTS", "nameless"));

        Assert.Equal(0, (await SluiceProcess.RunInsideAsync(["sql", "-e", statements, "--job-id", "named", "--json"], _ => null)).ExitCode);
        Assert.Equal(0, (await SluiceProcess.RunInsideAsync(["sql", "-e", "SET 'pipeline.name' = 'other'; " + statements, "--json"], _ => null)).ExitCode);
        Assert.Equal(20L, redis.Command("LLEN", "nameless"));
    }
}
