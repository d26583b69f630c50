using System.IO.Compression;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Tests.Datagen;

namespace Sluice.Tests.Files;

public sealed class FilesSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private TestTable Table(string format, string path, params (string Name, SqlType Type)[] columns) =>
        new("filesystem", columns) { BaseDirectory = _folder.FullName, Options = new() { ["path"] = path, ["format"] = format } };

    [Fact]
    public async Task Json_is_read_line_by_line()
    {
        Write("in.json", "{\"a\":1,\"b\":\"x\"}\r\n\r\n{\"b\":null,\"a\":2}");
        var table = Table("json", "in.json", ("a", SqlType.Int), ("b", SqlType.String));
        Assert.Equal<string?[]>([["1", "x"], ["2", null]], await table.ReadTextsAsync());
        Assert.True(table.Source().IsBounded);
    }

    [Fact]
    public async Task Csv_may_have_line_breaks_between_quotes()
    {
        Write("in.csv", "1,\"two\nlines\"\n2,plain\n");
        Assert.Equal<string?[]>([["1", "two\nlines"], ["2", "plain"]], await Table("csv", "in.csv", ("a", SqlType.Int), ("b", SqlType.String)).ReadTextsAsync());
    }

    [Fact]
    public async Task Csv_with_another_delimiter_and_without_quotes_is_cut_at_each_line()
    {
        Write("in.csv", "1\t\"two\n2\tb\"\n");
        var table = Table("csv", "in.csv", ("a", SqlType.Int), ("b", SqlType.String));
        table.Options["csv.field-delimiter"] = "\\t";
        table.Options["csv.disable-quote-character"] = "true";
        Assert.Equal<string?[]>([["1", "\"two"], ["2", "b\""]], await table.ReadTextsAsync());
    }

    [Fact]
    public async Task Raw_makes_a_row_of_each_line_empty_ones_included()
    {
        Write("in.txt", "a\n\n b ");
        Assert.Equal<string?[]>([["a"], [""], [" b "]], await Table("raw", "in.txt", ("line", SqlType.String)).ReadTextsAsync());
    }

    [Fact]
    public async Task A_directory_is_read_with_all_below_it_but_what_is_hidden()
    {
        Write("d/b.txt", "b");
        Write("d/a.txt", "a");
        Write("d/sub/c.txt", "c");
        Write("d/.part-1.inprogress", "no");
        Write("d/_SUCCESS", "no");
        Write("d/_tmp/d.txt", "no");
        Assert.Equal<string?[]>([["a"], ["b"], ["c"]], await Table("raw", "d", ("line", SqlType.String)).ReadTextsAsync());
        Assert.Equal<string?[]>([["a"], ["b"], ["c"]], await Table("raw", new Uri(Path.Combine(_folder.FullName, "d")).AbsoluteUri, ("line", SqlType.String)).ReadTextsAsync());
        Assert.Equal<string?[]>([["a"], ["b"], ["c"]], await Table("raw", "file:" + Path.Combine(_folder.FullName, "d"), ("line", SqlType.String)).ReadTextsAsync());
        var some = Table("raw", "d", ("line", SqlType.String));
        some.Options["source.path.regex-pattern"] = ".*/[bc]\\.txt";
        Assert.Equal<string?[]>([["b"], ["c"]], await some.ReadTextsAsync());
        some.Options["source.path.regex-pattern"] = "[bc]\\.txt";
        Assert.Empty(await some.ReadTextsAsync());
    }

    [Fact]
    public async Task Compressed_files_are_known_by_their_names()
    {
        await using (var zip = new GZipStream(File.Create(Path.Combine(_folder.FullName, "in.gz")), CompressionLevel.Fastest))
        {
            zip.Write("a\nb\n"u8);
        }

        Assert.Equal<string?[]>([["a"], ["b"]], await Table("raw", "in.gz", ("line", SqlType.String)).ReadTextsAsync());
    }

    [Fact]
    public async Task Metadata_columns_say_which_file_a_row_is_from()
    {
        var path = Write("in.txt", "abc\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 2, 29, 1, 2, 3, 456, DateTimeKind.Utc));
        var table = new TestTable("filesystem", ("p", SqlType.String), ("line", SqlType.String), ("n", SqlType.String), ("s", SqlType.BigInt), ("m", SqlType.TimestampLtz(3)))
        {
            BaseDirectory = _folder.FullName,
            Options = new() { ["path"] = "in.txt", ["format"] = "raw" },
            Metadata = new() { ["p"] = "file.path", ["n"] = "file.name", ["s"] = "file.size", ["m"] = "file.modification-time" },
        };
        var row = Assert.Single(await table.ReadTextsAsync());
        Assert.Equal<string?>([path, "abc", "in.txt", "4"], row.Take(4));
        var batch = Assert.Single(await table.ReadAsync());
        Assert.Equal(new DateTimeOffset(2024, 2, 29, 1, 2, 3, 456, TimeSpan.Zero).ToUnixTimeMilliseconds(), ((ValueColumn<Timestamp>)batch.Columns[4]).Values[0].Millis);
    }

    [Fact]
    public async Task Partitions_are_read_from_the_names_of_directories()
    {
        Write("d/day=2024-02-29/n=7/kind=a%2Fb/x.txt", "1\n2");
        Write("d/day=2024-03-01/n=__DEFAULT_PARTITION__/kind=c/y.txt", "3");
        var table = new TestTable("filesystem", ("day", SqlType.Date), ("line", SqlType.String), ("n", SqlType.Int), ("kind", SqlType.String))
        {
            BaseDirectory = _folder.FullName,
            Options = new() { ["path"] = "d", ["format"] = "raw" },
            PartitionedBy = ["day", "n", "kind"],
        };
        Assert.Equal<string?[]>([["2024-02-29", "1", "7", "a/b"], ["2024-02-29", "2", "7", "a/b"], ["2024-03-01", "3", null, "c"]], await table.ReadTextsAsync());
        table.Options["partition.default-name"] = "c";
        Write("d/day=2024-03-01/n=__DEFAULT_PARTITION__/kind=c/y.txt", "3");
        var e = await Assert.ThrowsAsync<DataException>(() => table.ReadTextsAsync());
        Assert.Contains("the path says that n is '__DEFAULT_PARTITION__', which is no INT", e.Message);
        Write("d/stray.txt", "4");
        File.Delete(Path.Combine(_folder.FullName, "d/day=2024-03-01/n=__DEFAULT_PARTITION__/kind=c/y.txt"));
        Assert.Contains("the table is partitioned by 'day', and the path names no day=", (await Assert.ThrowsAsync<DataException>(() => table.ReadTextsAsync())).Message);
    }

    [Fact]
    public async Task Only_the_columns_asked_for_are_delivered_in_the_order_asked_for()
    {
        Write("in.csv", "1,x,true\n");
        var source = Table("csv", "in.csv", ("a", SqlType.Int), ("b", SqlType.String), ("c", SqlType.Boolean)).Source(2, 0);
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal("c, a", plan.Schema.ToString());
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
        using var batch = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(((ValueColumn<bool>)batch!.Columns[0]).Values[0]);
        Assert.Equal(1, ((ValueColumn<int>)batch.Columns[1]).Values[0]);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_named_with_file_and_line()
    {
        var path = Write("in.json", "{\"a\":1}\n\n{\"a\":\n");
        var e = await Assert.ThrowsAsync<DataException>(() => Table("json", "in.json", ("a", SqlType.Int)).ReadAsync());
        Assert.StartsWith($"{path}, line 3: ", e.Message);
    }

    [Fact]
    public async Task Rows_know_their_lines_also_where_some_lines_gave_none()
    {
        var path = Write("in.json", "{\"a\":1}\n\n{\"a\":2}\n{\"a\":3}\n");
        var batch = Assert.Single(await Table("json", "in.json", ("a", SqlType.Int)).ReadAsync());
        Assert.Equal([$"{path}, line 1", $"{path}, line 3", $"{path}, line 4"], Enumerable.Range(0, 3).Select(batch.DescribeOrigin));
        Assert.Equal(4, batch.End.Ordinal);
        var batches = await Table("json", "in.json", ("a", SqlType.Int)).ReadAsync(BatchSize.Of(2));
        Assert.Equal([2, 1], batches.Select(b => b.Count));
        Assert.Equal($"{path}, line 4", batches[1].DescribeOrigin(0));
    }

    [Fact]
    public async Task Lines_that_give_no_row_are_read_and_skipped()
    {
        Write("in.json", "\n{\"a\":2}\nnonsense\n\n");
        var table = Table("json", "in.json", ("a", SqlType.Int));
        table.Options["json.ignore-parse-errors"] = "true";
        var runner = new JobRunner(
            new Plan("job", table.Source(), new TestTable("blackhole", ("a", SqlType.Int)).Sink(), new JobSettings()),
            Path.Combine(_folder.FullName, "dirty.jsonl"), new Report(true, _ => { }), TimeProvider.System);
        var summary = await runner.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobStatus.Succeeded, 4L, 1L, 3L), (summary.Status, summary.RowsRead, summary.RowsWritten, summary.RowsSkipped));
    }

    [Fact]
    public async Task Large_files_come_in_several_batches_and_a_reader_goes_on_after_a_position()
    {
        Write("in.txt", string.Join('\n', Enumerable.Range(1, 10_000)));
        var table = Table("raw", "in.txt", ("n", SqlType.String));
        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => $"{i}"), (await table.ReadTextsAsync()).Select(r => r[0]!));
        var source = table.Source();
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))) with { After = new(9_995) });
        using var batch = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((5, 10_000L), (batch!.Count, batch.End.Ordinal));
        Assert.Null(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("path=", "'path' is empty")]
    [InlineData("path=hdfs://x/y", "'path' is \"hdfs://x/y\"; files of this machine")]
    [InlineData("path=file://host/y", "files of this machine")]
    [InlineData("format=xml", "there is no such format")]
    [InlineData("source.monitor-interval=1s", "'source.monitor-interval' asks for a directory to be watched")]
    [InlineData("source.path.regex-pattern=[", "which is no regular expression")]
    [InlineData("sources.path=x", "filesystem has no option 'sources.path'")]
    [InlineData("json.ignore=x", "filesystem has no option 'json.ignore'")]
    public void A_wrong_option_is_refused(string option, string message)
    {
        var table = Table("json", "in.json", ("a", SqlType.Int));
        var (name, value) = (option[..option.IndexOf('=')], option[(option.IndexOf('=') + 1)..]);
        table.Options[name] = value;
        Assert.Contains(message, table.Refusal());
    }

    [Fact]
    public void Options_of_the_sink_are_let_pass()
    {
        var table = Table("json", "in.json", ("a", SqlType.Int));
        table.Options["sink.rolling-policy.file-size"] = "1MB";
        table.Options["auto-compaction"] = "true";
        Assert.Equal($"filesystem {Path.Combine(_folder.FullName, "in.json")}", table.Source().Name);
    }

    [Fact]
    public void Columns_that_there_cannot_be_are_refused()
    {
        TestTable With(SqlType type, string key) => new("filesystem", ("c", type)) { Options = new() { ["path"] = "x", ["format"] = "json" }, Metadata = new() { ["c"] = key } };
        Assert.Contains("filesystem has no metadata column 'offset'", With(SqlType.BigInt, "offset").Refusal());
        Assert.Contains("c is INT, and 'file.size' is BIGINT", With(SqlType.Int, "file.size").Refusal());
        var partitioned = new TestTable("filesystem", ("c", SqlType.Double)) { Options = new() { ["path"] = "x", ["format"] = "json" }, PartitionedBy = ["c"] };
        Assert.Contains("c is DOUBLE; a table is partitioned by characters, integers, BOOLEAN or DATE", partitioned.Refusal());
        partitioned = new TestTable("filesystem", ("c", SqlType.Int)) { Options = new() { ["path"] = "x", ["format"] = "json" }, PartitionedBy = ["d"] };
        Assert.Contains("PARTITIONED BY names 'd', which is no physical column", partitioned.Refusal());
    }

    [Fact]
    public async Task A_file_that_vanishes_after_the_job_began_is_named()
    {
        var path = Write("d/in.txt", "a");
        foreach (var key in (string?[])[null, "file.size"])
        {
            File.WriteAllText(path, "a");
            var table = new TestTable("filesystem", ("line", SqlType.String), ("n", SqlType.BigInt))
            {
                BaseDirectory = _folder.FullName,
                Options = new() { ["path"] = "d", ["format"] = "csv" },
                Metadata = key is null ? [] : new() { ["n"] = key },
            };
            var source = table.Source();
            var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
            File.Delete(path);
            var e = await Assert.ThrowsAsync<EndpointException>(async () =>
            {
                await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(10))));
                await reader.ReadAsync(TestContext.Current.CancellationToken);
            });
            Assert.StartsWith($"{path}: cannot be read", e.Message);
        }
    }

    [Fact]
    public async Task A_missing_path_is_refused_before_a_row_is_moved()
    {
        var e = await Assert.ThrowsAsync<ConfigException>(() => Table("json", "nowhere", ("a", SqlType.Int)).ReadAsync());
        Assert.Contains("nowhere, where there is neither a file nor a directory", e.Message);
    }
}
