using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Reference;

/// <summary>The reference's own sample script, whose form is kept word for word; only the lists that it leaves open are filled in.
/// Both steps name the same data source, which stands for a MySQL and for a Redis.</summary>
public sealed class SampleTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string People = """
        CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20), age INT, sex VARCHAR(9), born DATETIME);
        INSERT INTO people VALUES (1, 'John', 18, 'male', '2006-05-04 03:02:01'), (2, 'Žofie', 33, 'female', NULL);
        """;

    [Fact]
    public async Task Without_column_a_record_is_a_string_of_its_values_with_the_delimiter()
    {
        var folder = await SampleAsync(""" "id", "name", "age", "sex", "born" """, withColumn: false);

        await MovesAsync(folder, 2);

        Assert.Equal("18\u0001male\u00012006-05-04 03:02:01", Get("1\u0001John"));
        Assert.Equal("33\u0001female\u0001", Get("2\u0001Žofie"));
        Assert.Equal(2, Keys);
        Assert.InRange((long)Redis.Command("TTL", "1\u0001John")!, 900, 1000);
    }

    [Fact]
    public async Task With_column_a_record_is_a_json_object()
    {
        var folder = await SampleAsync(""" "id", "name", "age", "sex" """, withColumn: true);

        await MovesAsync(folder, 2);

        Assert.Equal("""{"id":1,"name":"John","age":18,"sex":"male"}""", Get("1\u0001John"));
        Assert.Equal("""{"id":2,"name":"Žofie","age":33,"sex":"female"}""", Get("2\u0001Žofie"));
        Assert.Equal(2, Keys);
        Assert.InRange((long)Redis.Command("TTL", "2\u0001Žofie")!, 900, 1000);
    }

    [Fact]
    public async Task Only_its_way_of_writing_delimiters_is_warned_of()
    {
        var folder = await SampleAsync(""" "id", "name", "age", "sex" """, withColumn: true);

        var run = await folder.RunAsync("run", "job.json", "--quiet");

        Assert.Equal(0, run.ExitCode);
        var warnings = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, warnings.Length);
        foreach (var option in (string[])["keyFieldDelimiter", "valueFieldDelimiter"])
        {
            Assert.Contains(warnings, w => w.EndsWith($"'{option}' \"u0001\" is taken as the character it names, U+0001; in JSON it is written \"\\u0001\"", StringComparison.Ordinal));
        }

        var strict = await folder.RunAsync("run", "job.json", "--strict", "--quiet");
        Assert.True(strict.ExitCode == 0, strict.ToString());
    }

    [Fact]
    public async Task As_it_stands_it_is_refused_for_the_list_of_tables_that_it_leaves_open()
    {
        var folder = await SampleAsync(""" "id", "value", "table" """, withColumn: true);
        folder.Write("job.json", await File.ReadAllTextAsync(SamplePath, TestContext.Current.CancellationToken));
        await RefusesAsync(folder, 2, "job.json:", "connection[0].table)", "fill in the tables to read");
    }

    private static string SamplePath => Path.Combine(Checkout.Root, "tests", "jobs", "reference-sample.json");

    private async Task<JobFolder> SampleAsync(string columns, bool withColumn)
    {
        var text = await File.ReadAllTextAsync(SamplePath, TestContext.Current.CancellationToken);
        var folder = await FolderAsync(People);
        folder.Name = "xc_mysql_demo2";
        var list = text.IndexOf("\"column\": [", StringComparison.Ordinal) + "\"column\": [".Length;
        text = text[..list] + columns + text[text.IndexOf(']', list)..];
        text = text.Replace("\"table\": []", "\"table\": [\"people\"]", StringComparison.Ordinal);
        if (!withColumn)
        {
            var from = text.LastIndexOf("\"column\": [", StringComparison.Ordinal);
            text = text[..from] + text[(text.IndexOf(']', from) + 1)..];
        }

        folder.Write("job.json", text);
        return folder;
    }
}
