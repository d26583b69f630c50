using System.Text.Json;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>Records that cannot be written: the limit, the file, the exit code (S-6).</summary>
public sealed class DirtyTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    /// <summary>Ten records; the scores of 3 and 7 are none.</summary>
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, score VARCHAR(9)); INSERT INTO t SELECT seq, IF(seq IN (3, 7), CONCAT('no ', seq), seq) FROM seq_1_to_10";
    private const string Reader = """ "table": "t", "column": ["'z'", "score", "id"] """;
    private const string Writer = """ "keyIndexes": 0, "writeMode": {"type": "zset"} """;

    [Theory]
    [InlineData("3", 0)]
    [InlineData("2", 0)]
    [InlineData("1", 3)]
    [InlineData("0", 3)]
    [InlineData(null, 3)]
    public async Task Dirty_records_below_and_at_the_limit_pass_and_above_it_end_with_3(string? limit, int code)
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, Writer, limit is null ? "{}" : $$$"""{"errorLimit": {"record": "{{{limit}}}"}}""");

        var summary = code == 0 ? await folder.ExpectAsync(0, "succeeded") : await folder.ExpectAsync(3, "dirty-limit", $"allowed are {limit ?? "0"}", "not a valid float");

        Assert.Equal(folder.DirtyFile, summary.GetProperty("dirtyRecordsFile").GetString());
        Assert.Equal(JobFolder.Number(summary, "rowsDirty"), folder.DirtyLines.Length);
        Assert.Equal(JobFolder.Number(summary, "rowsWritten"), (long)Redis.Command("ZCARD", "z")!);
        var dirty = JsonDocument.Parse(folder.DirtyLines[0]).RootElement;
        Assert.Equal(["split", "record", "column", "reason", "reply"], dirty.EnumerateObject().Select(p => p.Name));
        Assert.Equal("no 3", dirty.GetProperty("record").GetProperty("score").GetString());
        Assert.Contains("not a valid float", dirty.GetProperty("reply").GetString(), StringComparison.Ordinal);
        if (code == 0)
        {
            Assert.Equal(2, folder.DirtyLines.Length);
            Assert.Equal(8, JobFolder.Number(summary, "rowsWritten"));
        }
    }

    [Theory]
    [InlineData("0.2", 0)]
    [InlineData("0.19", 3)]
    public async Task A_percentage_is_a_share_of_the_rows_read_and_judged_at_the_end(string fraction, int code)
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, Writer, $$$"""{"errorLimit": {"percentage": {{{fraction}}}}}""");

        var summary = code == 0 ? await folder.ExpectAsync(0, "succeeded") : await folder.ExpectAsync(3, "dirty-limit", "2 of 10 records were dirty", fraction);

        Assert.Equal(10, JobFolder.Number(summary, "rowsRead"));
        Assert.Equal(2, JobFolder.Number(summary, "rowsDirty"));
        Assert.Equal(8, JobFolder.Number(summary, "rowsWritten"));
    }

    [Theory]
    [InlineData("list", "")]
    [InlineData("list", """, "expireTime": {"seconds": 100}""")]
    public async Task A_list_leaves_a_key_of_another_type_alone_and_counts_each_of_its_records(string type, string more)
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, k VARCHAR(9)); INSERT INTO t SELECT seq, IF(seq % 2 = 0, 'taken', 'free') FROM seq_1_to_20");
        Redis.Command("SET", "taken", "a text");
        folder.Job(""" "table": "t", "column": ["k", "id"] """, $$$""" "keyIndexes": 0, "writeMode": {"type": "{{{type}}}"}{{{more}}} """, """{"errorLimit": {"record": 10}}""");

        var summary = await folder.ExpectAsync(0, "succeeded");
        Assert.Equal(10, JobFolder.Number(summary, "rowsDirty"));
        Assert.Equal("a text", Get("taken"));
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"{(2 * i) + 1}")], Array("LRANGE", "free", "0", "-1"));

        Redis.Command("DEL", "free");
        folder.Job(""" "table": "t", "column": ["k", "id"] """, $$$""" "keyIndexes": 0, "writeMode": {"type": "{{{type}}}"}{{{more}}} """, """{"errorLimit": {"record": 9}}""");
        summary = await folder.ExpectAsync(3, "dirty-limit", "10 dirty records, allowed are 9", "WRONGTYPE");
        Assert.Equal(0, JobFolder.Number(summary, "rowsUnknown"));
        Assert.Equal(10, Array("LRANGE", "free", "0", "-1").Length);
    }

    [Theory]
    [InlineData("zset", 3)]
    [InlineData("list", 1)]
    public async Task Above_the_limit_what_the_server_has_refused_is_dirty_and_not_unknown(string type, int columns)
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9)); INSERT INTO t SELECT seq, 'none' FROM seq_1_to_100");
        for (var i = 1; i <= 100; i++)
        {
            Redis.Command("SET", $"{i}", "a text");
        }

        folder.Job($""" "table": "t", "column": ["id", {(columns == 3 ? "\"'none'\"," : "")} "v"] """, $$""" "keyIndexes": 0, "writeMode": {"type": "{{type}}"}, "batchSize": 7 """);

        var summary = await folder.ExpectAsync(3, "dirty-limit", ", allowed are 0; the first one too many: ");

        Assert.Equal(0, JobFolder.Number(summary, "rowsUnknown"));
        Assert.Equal(0, JobFolder.Number(summary, "rowsWritten"));
        Assert.Equal(JobFolder.Number(summary, "rowsDirty"), folder.DirtyLines.Length);
        Assert.Equal("a text", Get("1"));
    }

    [Fact]
    public async Task A_file_of_dirty_records_that_cannot_be_written_is_said_before_the_first_row()
    {
        var folder = await FolderAsync(Table);
        folder.Job(Reader, Writer, """{"errorLimit": {"record": 5}}""");
        var run = await folder.RunAsync("run", "job.json", "--json");
        JobFolder.Check(run, 0, "succeeded");
        Redis.Command("FLUSHALL");

        using (new FileStream(folder.DirtyFile, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            // As another job has it that is still running.
            JobFolder.Check(await folder.RunAsync("run", "job.json", "--json"), 2, "refused", "the file of dirty records cannot be written", "used by another process", "name another with --dirty-records");
        }

        Assert.Equal(2, folder.DirtyLines.Length);
        File.Delete(folder.DirtyFile);
        Directory.CreateDirectory(folder.DirtyFile);
        JobFolder.Check(await folder.RunAsync("run", "job.json", "--json"), 2, "refused", "the file of dirty records cannot be written", folder.DirtyFile, "name another with --dirty-records");
        Assert.Equal(0, Keys);

        // With a limit of 0 no such file is promised: the first dirty record is what the message is about.
        folder.Job(Reader, Writer);
        var summary = JobFolder.Check(await folder.RunAsync("run", "job.json", "--json"), 3, "dirty-limit", "not a valid float", "the file of dirty records cannot be written");
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("dirtyRecordsFile").ValueKind);
        Assert.Equal(0, JobFolder.Number(summary, "rowsUnknown"));
    }

    [Fact]
    public async Task A_null_in_the_key_is_dirty_and_named()
    {
        var folder = await FolderAsync("CREATE TABLE t (id INT, name VARCHAR(9)); INSERT INTO t VALUES (1, 'a'), (NULL, 'b'), (3, NULL)");
        folder.Job(""" "table": "t", "column": ["id", "name"] """, """ "keyIndexes": 0 """, """{"errorLimit": {"record": 1}}""");

        var summary = await folder.ExpectAsync(0, "succeeded");

        Assert.Equal(2, JobFolder.Number(summary, "rowsWritten"));
        Assert.Equal("", Get("3"));
        var dirty = JsonDocument.Parse(Assert.Single(folder.DirtyLines)).RootElement;
        Assert.Equal("id", dirty.GetProperty("column").GetString());
        Assert.Equal("a key column is null", dirty.GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, dirty.GetProperty("reply").ValueKind);
    }

    [Fact]
    public async Task A_zero_date_is_written_as_it_is_and_is_dirty_where_it_must_be_formatted()
    {
        var folder = await FolderAsync("SET sql_mode = ''; CREATE TABLE t (id INT, d DATETIME); INSERT INTO t VALUES (1, '0000-00-00'), (2, '2024-00-10'), (3, '2024-02-29 10:20:30')");
        folder.Job(""" "table": "t", "column": ["id", "d"] """, """ "keyIndexes": 0 """);
        await MovesAsync(folder, 3);
        Assert.Equal("0000-00-00 00:00:00", Get("1"));
        Assert.Equal("2024-00-10 00:00:00", Get("2"));

        Redis.Command("FLUSHALL");
        folder.Job(""" "table": "t", "column": ["id", "d"] """, """ "keyIndexes": 0, "dateFormat": "dd.MM.yyyy" """, """{"errorLimit": {"record": 2}}""");
        var summary = await folder.ExpectAsync(0, "succeeded");
        Assert.Equal(2, JobFolder.Number(summary, "rowsDirty"));
        Assert.Equal("29.02.2024", Get("3"));
        Assert.Contains("0000-00-00 00:00:00", folder.DirtyLines[0], StringComparison.Ordinal);
        Assert.Equal("d", JsonDocument.Parse(folder.DirtyLines[0]).RootElement.GetProperty("column").GetString());
    }
}
