using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Parsing;

public class StatementTests
{
    [Fact]
    public void Create_table_with_all_kinds_of_columns_and_clauses() =>
        Assert.Equal(
            "(CreateTable temporary ifnotexists c.d.t "
            + "[(PhysicalColumn id BigInt not-null 'the key') (PhysicalColumn `value` String) (ComputedColumn ts TO_TIMESTAMP_LTZ(ms, 3) 'when') (PhysicalColumn ms BigInt) "
            + "(MetadataColumn off BigInt not-null 'offset' virtual) (MetadataColumn headers (MapType String Bytes) 'all of them')] "
            + "[(PrimaryKey pk [id])] [(Watermark ts (- ts (Interval '5' (IntervalQualifier Second))))] "
            + "'a table' (Distribution HASH [id] buckets:4) [id] ['connector'='kafka' 'topic'='a;b'])",
            Tree.OfStatement(
                """
                CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (
                  id BIGINT NOT NULL COMMENT 'the key',
                  `value` STRING,
                  ts AS TO_TIMESTAMP_LTZ(ms, 3) COMMENT 'when',
                  ms BIGINT,
                  off BIGINT NOT NULL METADATA FROM 'offset' VIRTUAL,
                  headers MAP<STRING, BYTES> METADATA COMMENT 'all of them',
                  CONSTRAINT pk PRIMARY KEY (id) NOT ENFORCED,
                  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
                ) COMMENT 'a table' DISTRIBUTED BY HASH (id) INTO 4 BUCKETS PARTITIONED BY (id)
                WITH ('connector' = 'kafka', 'topic' = 'a;b')
                """));

    [Theory]
    [InlineData("CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED, b INT)", "(CreateTable t [(PhysicalColumn a Int) (PhysicalColumn b Int)] [(PrimaryKey [a])])")]
    [InlineData("CREATE TABLE t (a INT UNIQUE)", "(CreateTable t [(PhysicalColumn a Int)] [(PrimaryKey unique [a])])")]
    [InlineData("CREATE TABLE t (a INT, PRIMARY KEY (a) ENFORCED)", "(CreateTable t [(PhysicalColumn a Int)] [(PrimaryKey [a] enforced)])")]
    [InlineData("CREATE TABLE t (a INT) WITH ()", "(CreateTable t [(PhysicalColumn a Int)])")]
    [InlineData("CREATE TABLE t LIKE s", "(CreateTable t (Like s))")]
    [InlineData("CREATE TABLE t (b INT) WITH ('k'='v') LIKE d.s (EXCLUDING ALL INCLUDING GENERATED OVERWRITING OPTIONS)", "(CreateTable t [(PhysicalColumn b Int)] ['k'='v'] (Like d.s [(LikeOption Excluding All) (LikeOption Including Generated) (LikeOption Overwriting Options)]))")]
    [InlineData("CREATE TABLE t WITH ('k'='v') AS SELECT 1", "(CreateTable t ['k'='v'] (Select [(SelectItem 1)]))")]
    [InlineData("CREATE OR REPLACE TABLE t AS SELECT 1", "(CreateTable orreplace t (Select [(SelectItem 1)]))")]
    [InlineData("CREATE VIEW v AS SELECT 1", "(CreateView v (Select [(SelectItem 1)]))")]
    [InlineData("CREATE TEMPORARY VIEW IF NOT EXISTS v (a, b) COMMENT 'c' AS SELECT 1, 2", "(CreateView temporary ifnotexists v [a b] 'c' (Select [(SelectItem 1) (SelectItem 2)]))")]
    [InlineData("CREATE DATABASE IF NOT EXISTS c.d COMMENT 'x' WITH ('a'='b')", "(CreateNamespace Database ifnotexists c.d 'x' ['a'='b'])")]
    [InlineData("CREATE CATALOG c WITH ('type'='generic_in_memory')", "(CreateNamespace Catalog c ['type'='generic_in_memory'])")]
    [InlineData("DROP TABLE IF EXISTS t", "(DropTable ifexists t)")]
    [InlineData("DROP TEMPORARY VIEW v", "(DropTable view temporary v)")]
    [InlineData("DROP DATABASE d CASCADE", "(DropNamespace Database d cascade)")]
    [InlineData("DROP CATALOG IF EXISTS c", "(DropNamespace Catalog ifexists c)")]
    [InlineData("ALTER TABLE t SET ('a'='b', 'c'='d')", "(AlterTableSet t ['a'='b' 'c'='d'])")]
    [InlineData("ALTER TABLE IF EXISTS t RESET ('a')", "(AlterTableReset ifexists t ['a'])")]
    [InlineData("ALTER TABLE t RENAME TO s", "(AlterTableRename t s)")]
    public void Definitions(string sql, string tree) => Assert.Equal(tree, Tree.OfStatement(sql));

    [Theory]
    [InlineData("INSERT INTO t SELECT * FROM s", "(Insert t (Select [(SelectItem *)] (NamedTable s)))")]
    [InlineData("INSERT INTO c.d.t (a, b.c) VALUES (1, 2), (3, 4)", "(Insert c.d.t [a b.c] (Values [(1, 2) (3, 4)]))")]
    [InlineData("INSERT OVERWRITE t PARTITION (p = '1', q) (a) SELECT 1", "(Insert overwrite t ['p'='1' 'q'] [a] (Select [(SelectItem 1)]))")]
    [InlineData("INSERT INTO t (SELECT 1)", "(Insert t (NestedQuery (Select [(SelectItem 1)])))")]
    [InlineData("INSERT INTO t /*+ OPTIONS('a'='b') */ (SELECT 1) UNION ALL (SELECT 2)", "(Insert t [(Hint OPTIONS ['a'='b'])] (SetOperation Union all (NestedQuery (Select [(SelectItem 1)])) (NestedQuery (Select [(SelectItem 2)]))))")]
    [InlineData("EXECUTE INSERT INTO t SELECT 1", "(Insert t (Select [(SelectItem 1)]))")]
    [InlineData("EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; INSERT INTO s SELECT 2; END", "(StatementSet [(Insert t (Select [(SelectItem 1)])) (Insert s (Select [(SelectItem 2)]))])")]
    [InlineData("BEGIN STATEMENT SET; INSERT INTO t SELECT CASE WHEN a THEN b END FROM s; END;", "(StatementSet [(Insert t (Select [(SelectItem (Case [(CaseBranch [a] b)]))] (NamedTable s)))])")]
    [InlineData("SET", "(Set)")]
    [InlineData("SET 'a.b' = 'c'", "(Set 'a.b' 'c')")]
    [InlineData("SET table.exec.mini-batch.allow-latency = 2 min", "(Set 'table.exec.mini-batch.allow-latency' '2 min')")]
    [InlineData("SET parallelism.default = 4", "(Set 'parallelism.default' '4')")]
    [InlineData("SET execution.checkpointing.interval = 3s", "(Set 'execution.checkpointing.interval' '3s')")]
    [InlineData("SET a = 10.0.0.1:9092,b", "(Set 'a' '10.0.0.1:9092,b')")]
    [InlineData("RESET", "(Reset)")]
    [InlineData("RESET 'a'", "(Reset 'a')")]
    [InlineData("RESET a.b-c", "(Reset 'a.b-c')")]
    [InlineData("EXPLAIN SELECT 1", "(Explain (Query (Select [(SelectItem 1)])))")]
    [InlineData("EXPLAIN PLAN FOR INSERT INTO t SELECT 1", "(Explain (Insert t (Select [(SelectItem 1)])))")]
    [InlineData("EXPLAIN ESTIMATED_COST, CHANGELOG_MODE SELECT 1", "(Explain [ESTIMATED_COST CHANGELOG_MODE] (Query (Select [(SelectItem 1)])))")]
    [InlineData("EXPLAIN STATEMENT SET BEGIN INSERT INTO t SELECT 1; END", "(Explain (StatementSet [(Insert t (Select [(SelectItem 1)]))]))")]
    [InlineData("DESCRIBE EXTENDED d.t", "(Describe extended d.t)")]
    [InlineData("DESC t", "(Describe t)")]
    [InlineData("USE c.d", "(Use c.d)")]
    [InlineData("USE CATALOG c", "(Use catalog c)")]
    [InlineData("SHOW TABLES", "(Show Tables)")]
    [InlineData("SHOW TABLES FROM c.d NOT LIKE 'x%'", "(Show Tables c.d 'x%' notlike)")]
    [InlineData("SHOW VIEWS", "(Show Views)")]
    [InlineData("SHOW DATABASES ILIKE 'x'", "(Show Databases 'x' ignorecase)")]
    [InlineData("SHOW CATALOGS", "(Show Catalogs)")]
    [InlineData("SHOW USER FUNCTIONS", "(Show Functions)")]
    [InlineData("SHOW CURRENT DATABASE", "(Show CurrentDatabase)")]
    [InlineData("SHOW CREATE TABLE t", "(Show CreateTable t)")]
    [InlineData("SHOW CREATE VIEW v", "(Show CreateView v)")]
    [InlineData("SHOW COLUMNS IN t LIKE 'a%'", "(Show Columns t 'a%')")]
    [InlineData("VALUES (1), (2)", "(Query (Values [(1) (2)]))")]
    [InlineData("(SELECT 1)", "(Query (NestedQuery (Select [(SelectItem 1)])))")]
    public void Changes_and_commands(string sql, string tree) => Assert.Equal(tree, Tree.OfStatement(sql));

    [Theory]
    [InlineData("ADD JAR 'x.jar'", "ADD JAR is not supported: connectors, formats and functions are built in, and Java is not needed; remove the statement")]
    [InlineData("LOAD MODULE hive", "LOAD MODULE is not supported: there is only the core module; remove the statement")]
    [InlineData("DELETE FROM t", "DELETE is not supported: rows are deleted by a changelog that is inserted")]
    [InlineData("UPDATE t SET a = 1", "UPDATE is not supported: rows are updated by a changelog that is inserted")]
    [InlineData("TRUNCATE TABLE t", "TRUNCATE TABLE is not supported; empty the table with the server's own tools")]
    [InlineData("ANALYZE TABLE t COMPUTE STATISTICS", "ANALYZE TABLE is not supported: no statistics are needed; remove the statement")]
    [InlineData("COMPILE PLAN 'x' FOR INSERT INTO t SELECT 1", "COMPILE PLAN is not supported; a script is compiled whenever it starts")]
    [InlineData("CALL p()", "CALL is not supported: there are no procedures")]
    public void What_is_not_supported_is_refused_with_a_sentence(string sql, string message)
    {
        var script = Tree.Parse(sql + "; SELECT 1");

        Assert.Equal(message, Assert.Single(script.Errors).Message);
        Assert.IsType<QueryStatement>(Assert.Single(script.Statements));
    }

    [Fact]
    public void Statements_are_separated_by_semicolons_outside_of_texts_and_comments()
    {
        var script = Tree.Parse("; SELECT ';' -- ; no\n; /* ; */ SELECT `;`, 2 // ;\n;; SELECT 3");

        Assert.Empty(script.Errors);
        Assert.Equal(["(Query (Select [(SelectItem ';')]))", "(Query (Select [(SelectItem `;`) (SelectItem 2)]))", "(Query (Select [(SelectItem 3)]))"], script.Statements.Select(Tree.Print));
    }

    [Fact]
    public void A_node_knows_the_text_it_was_written_as()
    {
        var script = Tree.Parse("SELECT 1;\n  INSERT INTO  t SELECT a + b AS c FROM s;");
        var insert = Assert.IsType<InsertStatement>(script.Statements[1]);
        var item = Assert.IsType<SelectBody>(insert.Query.Body).Items[0];

        Assert.Equal("INSERT INTO  t SELECT a + b AS c FROM s", script.Source.Written(insert.Span));
        Assert.Equal("INSERT INTO", script.Source.Written(insert.Keyword));
        Assert.Equal("a + b AS c", script.Source.Written(item.Span));
        Assert.Equal("a + b", script.Source.Written(item.Expression.Span));
        Assert.Equal("+", script.Source.Written(Assert.IsType<BinaryExpression>(item.Expression).OperatorSpan));
        Assert.Equal("job.sql:2:25", script.Source.PlaceOf(item.Span).ToString());
    }
}
