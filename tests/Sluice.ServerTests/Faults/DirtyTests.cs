using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>Records that a server refuses for good, for what they hold and for what is there (S-23a, S-24), whatever the guarantee.</summary>
public sealed class DirtyTests : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("dirty");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("at-least-once", 0, 3)]
    [InlineData("at-least-once", 1, 3)]
    [InlineData("at-least-once", 2, 0)]
    [InlineData("exactly-once", 0, 3)]
    [InlineData("exactly-once", 1, 3)]
    [InlineData("exactly-once", 2, 0)]
    public async Task A_score_that_is_no_number_and_a_key_of_another_type_make_their_rows_dirty(string guarantee, int limit, int code)
    {
        await using var redis = await RedisServer.StartNewAsync();
        redis.Command("SET", "taken", "a string");
        var test = TestContext.Current.CancellationToken;
        await File.WriteAllLinesAsync(Path.Combine(_folder, "rows.json"),
            ["""{"k":"z","s":"1","m":"a"}""", """{"k":"z","s":"NaN","m":"b"}""", """{"k":"taken","s":"2","m":"c"}""", """{"k":"z","s":"3","m":"d"}"""], test);
        var file = Path.Combine(_folder, "job.sql");
        await File.WriteAllTextAsync(file, $"""
            SET 'pipeline.name' = 'dirty'; SET 'sluice.dirty-records.limit' = '{limit}';
            CREATE TABLE t (k STRING, s STRING, m STRING) WITH ('connector' = 'filesystem', 'path' = '{_folder}/rows.json', 'format' = 'json');
            CREATE TABLE r (k STRING, s DOUBLE, m STRING, PRIMARY KEY (k, m) NOT ENFORCED)
              WITH ('connector' = 'redis', 'host' = '127.0.0.1', 'port' = '{redis.Port}', 'mode' = 'SORTEDSET', 'sink.delivery-guarantee' = '{guarantee}');
            INSERT INTO r SELECT k, CAST(s AS DOUBLE), m FROM t;
            """, test);
        var dirty = Path.Combine(_folder, "dirty.jsonl");
        var ended = await SluiceProcess.RunInsideAsync(["sql", file, "--json", "--dirty-records", dirty], _ => null);
        Assert.True(ended.ExitCode == code, ended.ToString());
        Assert.Equal("a string", redis.Command("GET", "taken"));

        long Number(string name) => ended.Json.GetProperty(name).GetInt64();
        Assert.Equal(0, Number("rowsUnknown"));
        if (code != 0)
        {
            // What the job knows by itself ends it before anything is sent, what the server says comes when all is written.
            Assert.InRange(Number("rowsDirty"), limit + 1, 2);
            Assert.Contains("'r'", ended.Error, StringComparison.Ordinal);
            return;
        }

        Assert.Equal((4, 2, 2), (Number("rowsRead"), Number("rowsWritten"), Number("rowsDirty")));
        Assert.Equal(["a", "1", "d", "3"], ((object?[])redis.Command("ZRANGE", "z", "0", "-1", "WITHSCORES")!).Cast<string>());
        var lines = await File.ReadAllTextAsync(dirty, test);
        Assert.Contains("WRONGTYPE", lines, StringComparison.Ordinal);
        Assert.Contains("NaN", lines, StringComparison.Ordinal);
        if (guarantee == "exactly-once")
        {
            Assert.StartsWith("4", (string)redis.Command("HGET", $"sluice:position:dirty/r:{_folder}/rows.json", "position")!, StringComparison.Ordinal);
        }
    }
}
