using Sluice.Engine.Execution;
using Sluice.Sql;

namespace Sluice.Tests.Sql.Planning;

/// <summary>Statement sets: one plan, one read of each source, only the columns that somebody needs.</summary>
public sealed class SharingTests
{
    private const string Tables = """
        CREATE TABLE s (a INT, b STRING, c INT, d INT) WITH ('connector' = 'fake', 'rows' = '1|x|10|100;2|y|20|200');
        CREATE TABLE t (a INT) WITH ('connector' = 'fake');
        CREATE TABLE u (b STRING, a INT) WITH ('connector' = 'fake');

        """;

    private readonly SqlLab _lab = new();

    private Plan PlanOf(string statement) => Assert.IsType<RunStep>(Assert.Single(_lab.Compile(Tables + statement).Steps)).Plan;

    [Theory]
    [InlineData("EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT c FROM s WHERE a = 1; INSERT INTO u SELECT b, a FROM s; END")]
    [InlineData("BEGIN STATEMENT SET; INSERT INTO t SELECT c FROM s WHERE a = 1; INSERT INTO u SELECT b, a FROM s; END")]
    public async Task The_inserts_of_a_set_share_one_read_of_their_source(string set)
    {
        var pipeline = Assert.Single(PlanOf(set).Pipelines);
        Assert.Equal(2, pipeline.Branches.Count);
        Assert.Equal(["s(a, b, c)"], _lab.Tables.Reads);
        var summary = await _lab.RunAsync(Tables + set);
        Assert.Equal((JobStatus.Succeeded, 2L, 3L), (summary.Status, summary.RowsRead, summary.RowsWritten));
        Assert.Equal(["10"], _lab.Tables.Written["t"]);
        Assert.Equal(["x|1", "y|2"], _lab.Tables.Written["u"]);
    }

    [Fact]
    public void Views_share_the_source_of_their_table() => Assert.Single(PlanOf(
        "EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT c FROM s; INSERT INTO t SELECT n FROM (SELECT d AS n FROM s); END").Pipelines);

    [Fact]
    public void Uses_with_other_options_do_not_share() => Assert.Equal(2, PlanOf(
        "EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT c FROM s; INSERT INTO t SELECT c FROM s /*+ OPTIONS('number' = '2') */; END").Pipelines.Count);

    [Fact]
    public void Statements_of_their_own_do_not_share()
    {
        var steps = _lab.Compile(Tables + "INSERT INTO t SELECT c FROM s; INSERT INTO t SELECT d FROM s").Steps;
        Assert.Equal(2, steps.Count);
        Assert.Equal(["s(c)", "s(d)"], _lab.Tables.Reads);
    }

    [Fact]
    public void Inserts_into_one_table_share_its_sink()
    {
        var branches = PlanOf("EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT c FROM s; INSERT INTO t SELECT d FROM s; END").Pipelines[0].Branches;
        Assert.Same(branches[0].Sink, branches[1].Sink);
    }

    [Fact]
    public void A_source_is_asked_for_the_columns_of_filter_and_projection_and_for_one_at_least()
    {
        PlanOf("INSERT INTO t SELECT d FROM s WHERE b IS NULL");
        PlanOf("INSERT INTO t SELECT 1 FROM s");
        PlanOf("INSERT INTO t SELECT a FROM (SELECT * FROM s)");
        Assert.Equal(["s(b, d)", "s(a)", "s(a)"], _lab.Tables.Reads);
    }

    [Fact]
    public void Nothing_stands_between_a_source_and_a_sink_of_the_same_columns()
    {
        Assert.Empty(PlanOf("INSERT INTO t SELECT a FROM s").Pipelines[0].Branches[0].Operators);
        Assert.Single(PlanOf("INSERT INTO t SELECT c FROM (SELECT c + 1 AS c, b FROM s) WHERE b = 'x'").Pipelines[0].Branches[0].Operators);
    }

    [Fact]
    public void A_set_with_errors_reports_those_of_all_its_inserts()
    {
        var errors = _lab.Errors(Tables + "EXECUTE STATEMENT SET BEGIN\nINSERT INTO t SELECT x FROM s;\nINSERT INTO v SELECT a FROM s;\nEND");
        Assert.Equal(2, errors.Length);
    }
}
