using Sluice.Connectors.Files;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Tests.Datagen;

namespace Sluice.Tests.Files;

public sealed class FilesSinkTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-files-");
    private readonly LeapingClock _clock = new(DateTimeOffset.UnixEpoch);

    private string Out => Path.Combine(_folder.FullName, "out");

    public void Dispose() => _folder.Delete(recursive: true);

    private TestTable Table(string format, params (string Name, SqlType Type)[] columns) =>
        new("filesystem", columns) { BaseDirectory = _folder.FullName, Clock = _clock, Options = new() { ["path"] = "out", ["format"] = format } };

    private TestTable Partitioned(string[] by, params (string Name, SqlType Type)[] columns) =>
        new("filesystem", columns) { BaseDirectory = _folder.FullName, Clock = _clock, PartitionedBy = by, Options = new() { ["path"] = "out", ["format"] = "csv" } };

    /// <summary>The contents of the files that can be seen, by their directories.</summary>
    private List<(string Folder, string Text)> Files() =>
        [.. Directory.EnumerateFiles(Out, "*", SearchOption.AllDirectories).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)
            .Select(f => (Path.GetRelativePath(Out, Path.GetDirectoryName(f)!), File.ReadAllText(f)))];

    private int Hidden() => Directory.EnumerateFiles(Out, ".*", SearchOption.AllDirectories).Count();

    [Fact]
    public async Task A_file_is_seen_when_it_is_finished_and_only_then_are_its_rows_written_and_confirmed()
    {
        await using var run = await Table("json", ("a", SqlType.String)).OpenAsync();
        await run.WriteAsync("x");
        await run.WriteAsync("y");
        Assert.Empty(Files());
        Assert.Equal(1, Hidden());
        Assert.Equal((2L, 0L, null), (run.Books.Read, run.Books.Written, run.Confirmed));
        await run.FlushAsync();
        Assert.Equal([(".", "{\"a\":\"x\"}\n{\"a\":\"y\"}\n")], Files());
        Assert.Equal(0, Hidden());
        Assert.Equal((2L, 2L, 20L, 2L), (run.Books.Read, run.Books.Written, run.Books.BytesOut, run.Confirmed));
    }

    [Fact]
    public async Task Files_of_earlier_runs_and_other_tasks_stay_as_they_are()
    {
        var sink = Table("raw", ("a", SqlType.String)).Sink();
        await using var first = await Table("raw", ("a", SqlType.String)).OpenAsync(sink);
        await using var second = await Table("raw", ("a", SqlType.String)).OpenAsync(sink);
        await using var later = await Table("raw", ("a", SqlType.String)).OpenAsync();
        foreach (var (run, text) in new[] { (first, "1"), (second, "2"), (later, "3") })
        {
            await run.WriteAsync(text);
            await run.FlushAsync();
        }

        Assert.Equal(["1\n", "2\n", "3\n"], Files().Select(f => f.Text).Order());
    }

    [Fact]
    public async Task A_file_that_has_grown_to_its_size_is_finished()
    {
        var table = Table("raw", ("a", SqlType.String));
        table.Options["sink.rolling-policy.file-size"] = "4b";
        await using var run = await table.OpenAsync();
        await run.WriteAsync("a");
        Assert.Empty(Files());
        await run.WriteAsync("b");
        Assert.Equal("a\nb\n", Assert.Single(Files()).Text);
        Assert.Equal(2, run.Confirmed);
        await run.WriteAsync("c");
        await run.FlushAsync();
        Assert.Equal(["a\nb\n", "c\n"], Files().Select(f => f.Text).Order());
    }

    [Theory]
    [InlineData("sink.rolling-policy.rollover-interval")]
    [InlineData("sink.rolling-policy.inactivity-interval")]
    public async Task A_file_is_finished_after_a_while_also_where_no_more_rows_come(string option)
    {
        var table = Table("raw", ("a", SqlType.String));
        table.Options[option] = "1min";
        await using var run = await table.OpenAsync();
        await run.WriteAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(59));
        await run.WriteAsync(0, (_, _) => { });
        Assert.Empty(Files());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await run.WriteAsync(0, (_, _) => { });
        Assert.Single(Files());
        Assert.Equal((1L, 1L), (run.Confirmed, run.Books.Written));
    }

    [Fact]
    public async Task A_batch_that_wants_all_to_be_sent_finishes_the_files()
    {
        await using var run = await Table("raw", ("a", SqlType.String)).OpenAsync();
        var batch = run.Batch(1, (b, row) => ((TextColumn)b.Columns[0]).Set(row, "a"u8));
        batch.Drain = true;
        await run.Writer.WriteAsync(batch, TestContext.Current.CancellationToken);
        Assert.Single(Files());
        Assert.Equal(1, run.Confirmed);
    }

    [Fact]
    public async Task A_batch_without_rows_confirms_its_position_and_makes_no_file()
    {
        await using var run = await Table("raw", ("a", SqlType.String)).OpenAsync();
        await run.WriteAsync(0, (_, _) => { });
        await run.FlushAsync();
        Assert.Equal(0, run.Confirmed);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Out));
    }

    [Fact]
    public async Task A_writer_that_ends_without_a_flush_leaves_nothing_behind_and_its_rows_are_unknown()
    {
        var run = await Table("raw", ("a", SqlType.String)).OpenAsync();
        await run.WriteAsync("a");
        await run.DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Out));
        Assert.Equal((1L, 1L, null), (run.Books.Read, run.Books.Unknown, run.Confirmed));
    }

    [Fact]
    public async Task Each_partition_has_a_directory_and_its_columns_are_not_in_the_files()
    {
        await using var run = await Partitioned(["p", "q"], ("a", SqlType.String), ("p", SqlType.String), ("q", SqlType.String)).OpenAsync();
        await run.WriteAsync("1", "x", "a/b");
        await run.WriteAsync("2", "x", "c");
        await run.WriteAsync("3", "x", "a/b");
        await run.WriteAsync("4", null, "");
        await run.FlushAsync();
        Assert.Equal(
            [("p=__DEFAULT_PARTITION__/q=__DEFAULT_PARTITION__", "4\n"), ("p=x/q=a%2Fb", "1\n3\n"), ("p=x/q=c", "2\n")],
            Files().OrderBy(f => f.Folder, StringComparer.Ordinal));
        Assert.Equal((4L, 4L), (run.Books.Written, run.Confirmed));
    }

    [Fact]
    public async Task What_was_written_by_partition_is_read_again_as_it_was()
    {
        (string, SqlType)[] columns = [("b", SqlType.Boolean), ("d", SqlType.Date), ("n", SqlType.BigInt), ("v", SqlType.String)];
        var table = Partitioned(["d", "b", "n"], columns);
        await using var run = await table.OpenAsync();
        await run.WriteAsync(2, (batch, row) =>
        {
            ((ValueColumn<bool>)batch.Columns[0]).Set(row, row == 0);
            ((ValueColumn<int>)batch.Columns[1]).Set(row, row - 1);
            ((ValueColumn<long>)batch.Columns[2]).Set(row, -5 * row);
            ((TextColumn)batch.Columns[3]).Set(row, "v,\n\""u8);
        });
        await run.FlushAsync();
        Assert.Equal(["d=1969-12-31/b=true/n=0", "d=1970-01-01/b=false/n=-5"], Files().Select(f => f.Folder));
        Assert.Equal<string?[]>([["TRUE", "1969-12-31", "0", "v,\n\""], ["FALSE", "1970-01-01", "-5", "v,\n\""]], await table.ReadTextsAsync());
    }

    [Fact]
    public async Task More_partitions_than_may_be_open_at_once_are_all_written()
    {
        await using var run = await Partitioned(["p"], ("a", SqlType.String), ("p", SqlType.String)).OpenAsync();
        for (var i = 0; i < 300; i++)
        {
            await run.WriteAsync("x", $"{i}");
        }

        await run.FlushAsync();
        Assert.Equal(300, Files().Count);
        Assert.Equal((300L, 300L), (run.Books.Written, run.Confirmed));
    }

    [Fact]
    public async Task A_change_in_a_format_that_has_none_ends_the_job()
    {
        await using var run = await Table("json", ("a", SqlType.String)).OpenAsync();
        var e = await Assert.ThrowsAsync<DataException>(() => run.WriteAsync(1, (batch, row) =>
        {
            ((TextColumn)batch.Columns[0]).Set(row, "x"u8);
            batch.SetKind(row, RowKind.Delete);
        }));
        Assert.Contains("t takes inserts only, because json cannot say that a row is changed or deleted", e.Message);
        Assert.True(run.Books.Balance);
    }

    [Fact]
    public async Task A_partition_that_cannot_be_named_makes_the_record_dirty()
    {
        await using var run = await Partitioned(["p"], ("a", SqlType.String), ("p", SqlType.String)).OpenAsync();
        await Assert.ThrowsAsync<DirtyLimitException>(() => run.WriteAsync("x", "a\0b"));
        Assert.Equal((1L, 1L), (run.Books.Read, run.Books.Dirty));
        Assert.True(run.Books.Balance);
    }

    [Fact]
    public async Task A_directory_that_vanishes_ends_the_job_and_nothing_is_finished_after_that()
    {
        var run = await Table("raw", ("a", SqlType.String)).OpenAsync();
        await run.WriteAsync("a");
        Directory.Delete(Out, recursive: true);
        var e = await Assert.ThrowsAsync<EndpointException>(run.FlushAsync);
        Assert.Contains($"{Out}: cannot be written", e.Message);
        await run.FlushAsync();
        await run.DisposeAsync();
        Assert.Equal((1L, 0L, 1L, null), (run.Books.Read, run.Books.Written, run.Books.Unknown, run.Confirmed));
    }

    [Fact]
    public async Task A_whole_job_writes_what_it_has_generated()
    {
        var source = new TestTable("datagen", ("n", SqlType.BigInt))
        {
            Options = new() { ["fields.n.kind"] = "sequence", ["fields.n.start"] = "1", ["fields.n.end"] = "20000", ["rows-per-second"] = "1000000000" },
        }.Source();
        var table = Table("csv", ("n", SqlType.BigInt));
        table.Options["sink.rolling-policy.file-size"] = "32 kb";
        var runner = new JobRunner(new Plan("job", source, table.Sink(), new JobSettings { Concurrent = 2 }), Path.Combine(_folder.FullName, "dirty.jsonl"), new Report(true, _ => { }), TimeProvider.System);
        var summary = await runner.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobStatus.Succeeded, 20_000L, 20_000L, 0L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsUnknown));
        Assert.Equal(Enumerable.Range(1, 20_000), (await table.ReadTextsAsync()).Select(r => int.Parse(r[0]!)).Order());
        Assert.InRange(Files().Count, 3, 20);
    }

    [Theory]
    [InlineData("auto-compaction=true", "'auto-compaction' is true, and files are not merged here")]
    [InlineData("sink.partition-commit.policy.kind=success-file", "partitions are not committed here")]
    [InlineData("sink.rolling-policy.file-size=0", "allowed: size such as 128MB")]
    [InlineData("sink.rolling-policy.file-size=many", "'sink.rolling-policy.file-size' is \"many\"")]
    [InlineData("sink.rolling=1", "filesystem has no option 'sink.rolling'")]
    public void A_wrong_option_is_refused(string option, string message)
    {
        var table = Table("json", ("a", SqlType.Int));
        table.Options[option.Split('=')[0]] = option.Split('=')[1];
        Assert.Contains(message, Assert.Throws<ConfigException>(table.Sink).Message);
    }

    [Fact]
    public void Options_of_Flink_that_matter_nowhere_here_are_accepted()
    {
        var table = Table("json", ("a", SqlType.Int));
        foreach (var option in (string[])["source.monitor-interval", "sink.rolling-policy.check-interval", "sink.partition-commit.trigger", "partition.time-extractor.kind", "sink.shuffle-by-partition.enable", "sink.parallelism"])
        {
            table.Options[option] = "1";
        }

        table.Options["auto-compaction"] = "false";
        Assert.Equal($"filesystem {Out}", table.Sink().Name);
    }

    [Fact]
    public async Task Tables_that_cannot_be_written_are_refused()
    {
        Assert.Contains("no column besides those of PARTITIONED BY", Assert.Throws<ConfigException>(Partitioned(["a"], ("a", SqlType.Int)).Sink).Message);
        File.WriteAllText(Out, "a file");
        Assert.Contains("which cannot be a directory to write into", (await Assert.ThrowsAsync<ConfigException>(() => Table("json", ("a", SqlType.Int)).OpenAsync())).Message);
    }

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("64 kb", 65536L)]
    [InlineData("128MB", 134217728L)]
    [InlineData("2g", 2147483648L)]
    [InlineData("-1", null)]
    [InlineData("1 x", null)]
    [InlineData("", null)]
    [InlineData("99999999999 tb", null)]
    public void Sizes_are_read_in_the_notation_of_Flink(string text, long? bytes) => Assert.Equal(bytes, MemorySize.Parse(text));
}
