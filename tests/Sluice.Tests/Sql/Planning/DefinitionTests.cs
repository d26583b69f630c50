namespace Sluice.Tests.Sql.Planning;

/// <summary>CREATE, DROP, ALTER and USE, and what they refuse.</summary>
public sealed class DefinitionTests
{
    private readonly SqlLab _lab = new();

    [Fact]
    public void A_table_is_described_with_all_that_its_definition_says()
    {
        var described = _lab.Printed("""
            CREATE TABLE orders (
              id BIGINT,
              customer VARCHAR(20) NOT NULL,
              ts TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
              copy AS customer,
              PRIMARY KEY (id) NOT ENFORCED,
              WATERMARK FOR ts AS ts
            );
            DESCRIBE orders
            """);
        Assert.Equal(
            """
            +----------+------------------------+-------+---------+-----------------------------------+-----------+
            |     name |                   type |  null |     key |                            extras | watermark |
            +----------+------------------------+-------+---------+-----------------------------------+-----------+
            |       id |                 BIGINT | FALSE | PRI(id) |                                   |           |
            | customer |            VARCHAR(20) | FALSE |         |                                   |           |
            |       ts | TIMESTAMP(3) *ROWTIME* |  TRUE |         | METADATA FROM 'timestamp' VIRTUAL |        ts |
            |     copy |            VARCHAR(20) | FALSE |         |                       AS customer |           |
            +----------+------------------------+-------+---------+-----------------------------------+-----------+
            4 rows in set
            """,
            described);
    }

    [Fact]
    public void Comments_of_columns_are_described_where_there_are_any() => Assert.Equal(
        """
        +------+------+------+-----+--------+-----------+---------+
        | name | type | null | key | extras | watermark | comment |
        +------+------+------+-----+--------+-----------+---------+
        |    a |  INT | TRUE |     |        |           |    it's |
        |    b |  INT | TRUE |     |        |           |         |
        +------+------+------+-----+--------+-----------+---------+
        2 rows in set
        """,
        _lab.Printed("CREATE TABLE t (a INT COMMENT 'it''s', b INT); DESC t"));

    [Fact]
    public void Show_create_table_has_every_clause() => Assert.Equal(
        """
        CREATE TABLE `default_catalog`.`default_database`.`t` (
          `a` INT NOT NULL,
          `b` STRING COMMENT 'the b',
          `c` AS b,
          `m` BIGINT METADATA FROM 'offset' VIRTUAL,
          `ts` TIMESTAMP(3),
          WATERMARK FOR `ts` AS ts,
          CONSTRAINT `k` PRIMARY KEY (`a`) NOT ENFORCED
        )
        COMMENT 'a table'
        PARTITIONED BY (`b`)
        WITH (
          'connector' = 'fake',
          'password' = '******'
        )
        """,
        _lab.Printed("""
            CREATE TABLE t (a INT, b STRING COMMENT 'the b', c AS b, m BIGINT METADATA FROM 'offset' VIRTUAL, ts TIMESTAMP(3),
              CONSTRAINT k PRIMARY KEY (a) NOT ENFORCED, WATERMARK FOR ts AS ts) COMMENT 'a table' PARTITIONED BY (b)
              WITH ('connector' = 'fake', 'password' = 'hush');
            SHOW CREATE TABLE t
            """));

    [Theory]
    [InlineData("CREATE TABLE t (a INT, a INT)", "column 'a' is declared twice")]
    [InlineData("CREATE TABLE t (a INT, PRIMARY KEY (b) NOT ENFORCED)", "the primary key names 'b', and the table has no such column; did you mean 'a'?")]
    [InlineData("CREATE TABLE t (a INT, PRIMARY KEY (a))", "write PRIMARY KEY (...) NOT ENFORCED: nothing checks here that a key occurs once")]
    [InlineData("CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED, b INT PRIMARY KEY NOT ENFORCED)", "a table has one PRIMARY KEY; name all its columns in one: PRIMARY KEY (a, b) NOT ENFORCED")]
    [InlineData("CREATE TABLE t (a INT, c AS a, PRIMARY KEY (c) NOT ENFORCED)", "column 'c' of the primary key must be a physical one, neither computed nor metadata")]
    [InlineData("CREATE TABLE t (a INT, PRIMARY KEY (a, a) NOT ENFORCED)", "column 'a' is named twice in the primary key")]
    [InlineData("CREATE TABLE t (a INT, WATERMARK FOR a AS a)", "the column of a WATERMARK is a TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3, and 'a' is INT")]
    [InlineData("CREATE TABLE t (a TIMESTAMP(6), WATERMARK FOR a AS a)", "the column of a WATERMARK is a TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3, and 'a' is TIMESTAMP(6)")]
    [InlineData("CREATE TABLE t (a TIMESTAMP(3), WATERMARK FOR b AS a)", "there is no column 'b'; did you mean 'a'?")]
    [InlineData("CREATE TABLE t (a INT) WITH ('k' = '1', 'k' = '2')", "option 'k' is given twice; give it once")]
    [InlineData("CREATE TABLE t (a INT) PARTITIONED BY (b)", "PARTITIONED BY names 'b', and the table has no such column; did you mean 'a'?")]
    [InlineData("CREATE TABLE t (a INT, c AS x)", "there is no column 'x'; did you mean 'a'?")]
    [InlineData("CREATE TABLE t (a INT, c AS a, d AS c)", "there is no column 'c'; did you mean 'a'?")]
    [InlineData("CREATE TABLE t (a INT) AS SELECT 1", "CREATE TABLE ... AS a query is not supported; create the table with its columns, then INSERT INTO it")]
    [InlineData("CREATE TABLE t (a INT); CREATE TABLE t (b INT)", "table 't' exists already, from line 1; drop it first, or say IF NOT EXISTS")]
    [InlineData("CREATE TABLE nowhere.t (a INT)", "catalog 'default_catalog' has no database 'nowhere'; there is default_database")]
    [InlineData("CREATE TABLE c.d.t (a INT)", "there is no catalog 'c'; there is default_catalog")]
    [InlineData("DROP TABLE t", "there is no table 't'")]
    [InlineData("CREATE TABLE orders (a INT); DROP TABLE order_", "there is no table 'order_'; did you mean 'orders'?")]
    [InlineData("CREATE TABLE t (a INT); DROP VIEW t", "'t' is a table; write DROP TABLE")]
    [InlineData("CREATE TEMPORARY TABLE t (a INT); DROP TABLE t", "'t' is a temporary table; write DROP TEMPORARY TABLE t")]
    [InlineData("CREATE TABLE t (a INT); ALTER TABLE t RESET ('connector')", "the option 'connector' cannot be reset: without it there is no table")]
    [InlineData("CREATE TABLE t (a INT); CREATE TABLE u (a INT); ALTER TABLE t RENAME TO u", "table 'u' exists already")]
    [InlineData("USE missing", "there is no database 'missing'; there is default_database")]
    [InlineData("USE CATALOG default_catalogue", "there is no catalog 'default_catalogue'; did you mean 'default_catalog'?")]
    [InlineData("CREATE CATALOG c WITH ('type' = 'hive')", "there is no catalog of the type 'hive'; the only type here is 'generic_in_memory'")]
    [InlineData("DROP DATABASE default_database", "database 'default_database' is in use; USE another one first")]
    [InlineData("CREATE DATABASE d; CREATE TABLE d.t (a INT); DROP DATABASE d", "database 'd' is not empty, it has 't'; say CASCADE to drop what it holds as well")]
    public void A_definition_that_is_wrong_is_refused(string script, string message) => Assert.Equal(message, _lab.Error(script));

    [Fact]
    public void A_temporary_table_hides_a_permanent_one_until_it_is_dropped()
    {
        const string Both = "CREATE TABLE t (a INT) WITH ('connector' = 'fake', 'rows' = '1'); CREATE TEMPORARY TABLE t (b INT) WITH ('connector' = 'fake', 'rows' = '2');\n";
        Assert.Contains("| name |", _lab.Printed(Both + "DESCRIBE t"), StringComparison.Ordinal);
        Assert.Contains("|    b |", _lab.Printed(Both + "DESCRIBE t"), StringComparison.Ordinal);
        Assert.Contains("|    a |", _lab.Printed(Both + "DROP TEMPORARY TABLE t; DESCRIBE t"), StringComparison.Ordinal);
        Assert.Equal("'t' is a temporary table; write DROP TEMPORARY TABLE t before the permanent table of that name is dropped", _lab.Error(Both + "DROP TABLE t"));
    }

    [Fact]
    public void Names_are_looked_up_in_the_database_in_use_and_by_their_full_path()
    {
        const string Script = """
            CREATE DATABASE d;
            CREATE TABLE d.t (a INT);
            USE d;
            CREATE TABLE u (b INT);
            USE default_catalog.default_database;

            """;
        Assert.Contains("|    b |", _lab.Printed(Script + "DESCRIBE default_catalog.d.u"), StringComparison.Ordinal);
        Assert.Equal("there is no table or view 'u'; did you mean 'default_catalog.d.u'?", _lab.Error(Script + "DESCRIBE u"));
        Assert.Equal("+------------+\n| table name |\n+------------+\n|          t |\n|          u |\n+------------+\n2 rows in set", _lab.Printed(Script + "SHOW TABLES FROM d"));
        Assert.Equal("Empty set", _lab.Printed(Script + "DROP DATABASE d CASCADE; SHOW TABLES"));
    }

    [Fact]
    public void If_exists_and_if_not_exists_keep_what_there_is()
    {
        var described = _lab.Printed("""
            CREATE TABLE t (a INT); CREATE TABLE IF NOT EXISTS t (b INT); DROP TABLE IF EXISTS u; DROP VIEW IF EXISTS u;
            CREATE DATABASE IF NOT EXISTS default_database; DROP DATABASE IF EXISTS d; DROP CATALOG IF EXISTS c; ALTER TABLE IF EXISTS u SET ('k' = 'v');
            DESCRIBE t
            """);
        Assert.Contains("|    a |", described, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Altering_a_table_changes_its_options_for_what_follows()
    {
        var rows = await _lab.RowsAsync("""
            CREATE TABLE s (a INT) WITH ('connector' = 'fake', 'rows' = '1', 'number' = '99');
            CREATE TABLE t (a INT) WITH ('connector' = 'fake');
            ALTER TABLE s SET ('rows' = '2;3');
            ALTER TABLE s RESET ('number');
            ALTER TABLE s RENAME TO r;
            INSERT INTO t SELECT a FROM r;
            """, "t");
        Assert.Equal(["2", "3"], rows);
    }

    [Fact]
    public async Task A_view_is_its_query_with_the_names_that_it_gives()
    {
        const string Script = """
            CREATE TABLE s (a INT, b STRING) WITH ('connector' = 'fake', 'rows' = '1|x');
            CREATE VIEW v (number, letter) AS SELECT a, b FROM s;
            CREATE VIEW w AS SELECT letter FROM v;

            """;
        Assert.Equal(["x"], await _lab.RowsAsync(Script + "SELECT * FROM w"));
        Assert.Equal(
            "CREATE VIEW `default_catalog`.`default_database`.`v` (`number`, `letter`)\nAS SELECT a, b FROM s", _lab.Printed(Script + "SHOW CREATE VIEW v"));
        Assert.Equal("view 'v' names 1 columns, and its query has 2", _lab.Error("CREATE TABLE s (a INT, b INT); CREATE VIEW v (x) AS SELECT * FROM s"));
        Assert.Equal("'v' is a view; INSERT INTO takes a table", _lab.Error(Script + "INSERT INTO v SELECT * FROM s"));
        Assert.Equal("there is no column 'c'; did you mean 'a'?", _lab.Error("CREATE TABLE s (a INT); CREATE VIEW v AS SELECT c FROM s; SELECT * FROM v"));
    }

    [Fact]
    public void A_view_that_comes_to_read_itself_is_refused() => Assert.Equal(
        "view 't' reads itself",
        _lab.Error("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; CREATE TEMPORARY VIEW t AS SELECT a FROM v; SELECT * FROM t"));

    [Fact]
    public void A_view_whose_table_is_gone_says_so_where_it_is_used() => Assert.Equal(
        [
            "job.sql:2:32: there is no table or view 't'; did you mean 'v'?",
            "job.sql:4:15: view 'v' can no longer be read: its query has an error by now",
        ],
        _lab.Errors("CREATE TABLE t (a INT);\nCREATE VIEW v AS SELECT a FROM t;\nDROP TABLE t;\nSELECT a FROM v"));

    [Fact]
    public void Views_read_one_another_down_to_a_bound_and_warn_once()
    {
        var views = string.Concat(Enumerable.Range(1, 65).Select(i => $"CREATE VIEW v{i} AS SELECT a FROM v{i - 1};\n"));
        Assert.Equal("more than 64 views read one another here", _lab.Error("CREATE TABLE v0 (a INT);\n" + views));
        _lab.Warnings.Clear();
        _lab.Compile("CREATE TABLE t (a INT) WITH ('connector' = 'fake'); CREATE VIEW v AS SELECT a FROM t /*+ MINE(t) */; SELECT a FROM v; SELECT a FROM v");
        Assert.Single(_lab.Warnings);
    }
}
