namespace Sluice.Tests.Sql.Planning;

/// <summary>CREATE TABLE .. LIKE: what is taken over, and what the statement's own clauses do to it.</summary>
public sealed class LikeTests
{
    private const string Base = """
        CREATE TABLE base (
          a INT, ts TIMESTAMP(3), c AS a, m BIGINT METADATA VIRTUAL,
          PRIMARY KEY (a) NOT ENFORCED, WATERMARK FOR ts AS ts
        ) PARTITIONED BY (a) WITH ('connector' = 'fake', 'number' = '1');

        """;

    private readonly SqlLab _lab = new();

    private string Created(string statement) => _lab.Printed(Base + statement + "; SHOW CREATE TABLE t");

    [Fact]
    public void Everything_is_taken_over_and_options_are_overwritten_where_nothing_is_said() => Assert.Equal(
        """
        CREATE TABLE `default_catalog`.`default_database`.`t` (
          `a` INT NOT NULL,
          `ts` TIMESTAMP(3),
          `c` AS a,
          `m` BIGINT METADATA VIRTUAL,
          `own` STRING,
          WATERMARK FOR `ts` AS ts,
          CONSTRAINT `PK_a` PRIMARY KEY (`a`) NOT ENFORCED
        )
        PARTITIONED BY (`a`)
        WITH (
          'connector' = 'fake',
          'number' = '2',
          'rows' = ''
        )
        """,
        Created("CREATE TABLE t (own STRING) WITH ('number' = '2', 'rows' = '') LIKE base"));

    [Fact]
    public void Excluding_all_leaves_the_physical_columns() => Assert.Equal(
        """
        CREATE TABLE `default_catalog`.`default_database`.`t` (
          `a` INT NOT NULL,
          `ts` TIMESTAMP(3)
        )
        WITH (
          'connector' = 'fake'
        )
        """,
        Created("CREATE TABLE t WITH ('connector' = 'fake') LIKE base (EXCLUDING ALL)"));

    [Fact]
    public void A_word_about_one_feature_counts_before_that_about_all() => Assert.Equal(
        """
        CREATE TABLE `default_catalog`.`default_database`.`t` (
          `a` INT NOT NULL,
          `ts` TIMESTAMP(3),
          WATERMARK FOR `ts` AS a
        )
        WITH (
          'connector' = 'fake',
          'number' = '1'
        )
        """.Replace("AS a", "AS ts", StringComparison.Ordinal),
        Created("CREATE TABLE t LIKE base (INCLUDING OPTIONS EXCLUDING ALL INCLUDING WATERMARKS)"));

    [Fact]
    public void Overwriting_replaces_computed_columns_metadata_and_watermarks_where_they_stand() => Assert.Equal(
        """
        CREATE TABLE `default_catalog`.`default_database`.`t` (
          `a` INT NOT NULL,
          `ts` TIMESTAMP(3),
          `c` AS ts,
          `m` INT METADATA FROM 'm2',
          `own` TIMESTAMP(3),
          WATERMARK FOR `ts` AS own
        )
        """,
        Created("""
            CREATE TABLE t (m INT METADATA FROM 'm2', own TIMESTAMP(3), c AS ts, WATERMARK FOR ts AS own)
            LIKE base (OVERWRITING GENERATED OVERWRITING METADATA OVERWRITING WATERMARKS EXCLUDING CONSTRAINTS EXCLUDING PARTITIONS EXCLUDING OPTIONS)
            """));

    [Theory]
    [InlineData("CREATE TABLE t (a INT) LIKE base", "column 'a' is in the table of LIKE already")]
    [InlineData("CREATE TABLE t (c AS ts) LIKE base", "column 'c' is in the table of LIKE already; say LIKE ... (OVERWRITING GENERATED) or (EXCLUDING GENERATED)")]
    [InlineData("CREATE TABLE t (m INT METADATA) LIKE base", "column 'm' is in the table of LIKE already; say LIKE ... (OVERWRITING METADATA) or (EXCLUDING METADATA)")]
    [InlineData("CREATE TABLE t (PRIMARY KEY (ts) NOT ENFORCED) LIKE base", "the table of LIKE has a primary key already; say LIKE ... (EXCLUDING CONSTRAINTS)")]
    [InlineData("CREATE TABLE t (WATERMARK FOR ts AS ts) LIKE base", "the table of LIKE has a watermark of 'ts' already; say LIKE ... (OVERWRITING WATERMARKS) or (EXCLUDING WATERMARKS)")]
    [InlineData("CREATE TABLE t (x INT) PARTITIONED BY (x) LIKE base", "the table of LIKE is partitioned already; say LIKE ... (EXCLUDING PARTITIONS)")]
    [InlineData("CREATE TABLE t WITH ('number' = '2') LIKE base (INCLUDING OPTIONS)", "the table of LIKE has the option 'number' already; say LIKE ... (OVERWRITING OPTIONS) or (EXCLUDING OPTIONS)")]
    [InlineData("CREATE TABLE t WITH ('number' = '2') LIKE base (INCLUDING ALL)", "the table of LIKE has the option 'number' already; say LIKE ... (OVERWRITING OPTIONS) or (EXCLUDING OPTIONS)")]
    [InlineData("CREATE TABLE t LIKE base (INCLUDING OPTIONS EXCLUDING OPTIONS)", "OPTIONS is said twice; say it once")]
    [InlineData("CREATE TABLE t LIKE bse", "there is no table or view 'bse'; did you mean 'base'?")]
    [InlineData("CREATE VIEW v AS SELECT a FROM base; CREATE TABLE t LIKE v", "'v' is a view; LIKE takes a table")]
    public void What_contradicts_the_other_table_is_refused(string statement, string message) => Assert.Equal(message, _lab.Error(Base + statement));

    [Fact]
    public void A_table_like_a_broken_one_is_not_complained_about() =>
        Assert.Single(_lab.Errors("CREATE TABLE s (a INTT); CREATE TABLE t LIKE s; SELECT * FROM t; INSERT INTO t SELECT * FROM s"));
}
