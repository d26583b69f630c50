namespace Sluice.Tests.Sql.Planning;

/// <summary>Flink's hint behind SELECT, LOOKUP('table' = 'd', ...).</summary>
public sealed class LookupHintTests
{
    private const string Tables = """
        CREATE TABLE s (name STRING, p AS PROCTIME()) WITH ('connector' = 'fake');
        CREATE TABLE d (name STRING, age INT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'dim', 'async' = 'true');
        CREATE TABLE e (name STRING, size INT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'dim');

        """;

    private const string From = "age FROM s JOIN d FOR SYSTEM_TIME AS OF s.p ON s.name = d.name JOIN e FOR SYSTEM_TIME AS OF s.p AS x ON s.name = x.name";

    private readonly SqlLab _lab = new();

    [Theory]
    [InlineData("'table' = 'd'", true, false)]
    [InlineData("'table' = 'd', 'async' = 'false'", false, false)]
    [InlineData("'table' = 'd', 'async' = 'false', 'output-mode' = 'allow_unordered'", false, false)]
    [InlineData("'table' = 'd', 'output-mode' = 'ordered'", false, false)]
    [InlineData("'table' = 'x', 'async' = 'true'", true, false)]
    [InlineData("'table' = 'x', 'async' = 'true', 'output-mode' = 'allow_unordered'", true, true)]
    [InlineData("'table' = 'e', 'output-mode' = 'allow_unordered'", true, true)]
    public void It_says_whether_rows_may_overtake_one_another(string hint, bool first, bool second)
    {
        _lab.Compile($"{Tables}SELECT /*+ LOOKUP({hint}) */ {From}");
        Assert.Equal([first, second], _lab.Dimensions.Async);
        Assert.Empty(_lab.Warnings);
    }

    [Fact]
    public void Several_hints_go_to_several_tables()
    {
        _lab.Compile($"{Tables}SELECT /*+ LOOKUP('table' = 'd', 'async' = 'false'), lookup('table' = 'x', 'output-mode' = 'allow_unordered') */ {From}");
        Assert.Equal([false, true], _lab.Dimensions.Async);
    }

    [Fact]
    public void What_it_says_of_time_and_capacity_has_no_effect()
    {
        _lab.Compile($"{Tables}SELECT /*+ LOOKUP('table' = 'd', 'timeout' = '300s', 'capacity' = '100') */ {From}");
        Assert.Equal(["job.sql:4:34: 'timeout' of the hint LOOKUP has no effect here", "job.sql:4:54: 'capacity' of the hint LOOKUP has no effect here"], _lab.Warnings);
    }

    [Theory]
    [InlineData("'table' = 'dd'", "'dd'", "the hint LOOKUP names 'dd', and the tables that are looked up in this FROM are d, x")]
    [InlineData("'async' = 'true'", "LOOKUP", "the hint LOOKUP names its table: LOOKUP('table' = 'd', ...)")]
    [InlineData("'table' = 'd', 'async' = 'yes'", "'yes'", "'async' is 'yes'; allowed: true, false")]
    [InlineData("'table' = 'd', 'output-mode' = 'unordered'", "'unordered'", "'output-mode' is 'unordered'; allowed: ordered, allow_unordered")]
    [InlineData("'table' = 'd', 'asynch' = 'true'", "'asynch'", "the hint LOOKUP has no 'asynch'; did you mean 'async'? Allowed: table, async, output-mode, timeout, capacity, shuffle")]
    [InlineData("'table' = 'd', 'table' = 'e'", "'table' = 'e'", "option 'table' is given twice; give it once")]
    [InlineData("'d'", "'d'", "the hint LOOKUP takes 'key' = 'value' pairs")]
    [InlineData("'table' = 'd', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '10s', 'max-attempts' = '3'", "'retry-predicate'", "'retry-predicate', 'retry-strategy', 'fixed-delay', 'max-attempts' are not supported: waiting for rows that are not there would hold back all others; lookups that fail are repeated, see the option 'lookup.max-retries'")]
    [InlineData("'table' = 'd', 'max-attempts' = '3'", "'max-attempts'", "'max-attempts' is not supported: waiting for rows that are not there would hold back all others; lookups that fail are repeated, see the option 'lookup.max-retries'")]
    public void What_it_cannot_say_is_refused(string hint, string word, string message)
    {
        var statement = $"SELECT /*+ LOOKUP({hint}) */ {From}";
        Assert.Equal([$"job.sql:4:{statement.IndexOf(word, StringComparison.Ordinal) + 1}: {message}"], _lab.Errors(Tables + statement));
    }

    [Fact]
    public void A_query_without_lookups_has_no_table_for_it() => Assert.Equal(
        "the hint LOOKUP names 'd', and no table is looked up in this FROM", _lab.Error(Tables + "SELECT /*+ LOOKUP('table' = 'd') */ name FROM s"));
}
