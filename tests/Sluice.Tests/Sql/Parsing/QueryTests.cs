namespace Sluice.Tests.Sql.Parsing;

public class QueryTests
{
    [Theory]
    [InlineData("SELECT *, t.*, a AS x, b y, c.d.`e` FROM t", "(Query (Select [(SelectItem *) (SelectItem t.*) (SelectItem a x) (SelectItem b y) (SelectItem c.d.`e`)] (NamedTable t)))")]
    [InlineData("SELECT DISTINCT a FROM t WHERE a > 1", "(Query (Select (SetQuantifier distinct) [(SelectItem a)] (NamedTable t) (Where (> a 1))))")]
    [InlineData("SELECT ALL a", "(Query (Select (SetQuantifier) [(SelectItem a)]))")]
    [InlineData("SELECT /*+ LOOKUP('table'='d', 'async'='true'), BROADCAST(t, s) */ a", "(Query (Select [(Hint LOOKUP ['table'='d' 'async'='true']) (Hint BROADCAST [t s])] [(SelectItem a)]))")]
    [InlineData("SELECT a FROM t GROUP BY a, b HAVING COUNT(*) > 1", "(Query (Select [(SelectItem a)] (NamedTable t) (GroupBy [(GroupItem Expression [a]) (GroupItem Expression [b])]) (Having (> COUNT(*) 1))))")]
    [InlineData("SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP (a, b), CUBE (c), ()", "(Query (Select [(SelectItem a)] (NamedTable t) (GroupBy [(GroupItem GroupingSets [(a, b) a ()]) (GroupItem Rollup [a b]) (GroupItem Cube [c]) (GroupItem Expression [()])])))")]
    [InlineData("SELECT a FROM t WINDOW w AS (PARTITION BY a) QUALIFY x = 1", "(Query (Select [(SelectItem a)] (NamedTable t) (Window [(NamedWindow w (WindowSpecification [a]))]) (Qualify (= x 1))))")]
    [InlineData("SELECT a FROM t ORDER BY a DESC NULLS LAST, b LIMIT 10 OFFSET 5", "(Query (Select [(SelectItem a)] (NamedTable t)) (OrderBy [(OrderItem a descending) (OrderItem b)]) (Limit 10) (Offset 5))")]
    [InlineData("SELECT a OFFSET 5 ROWS FETCH NEXT 1 ROW ONLY", "(Query (Select [(SelectItem a)]) (Limit 1) (Offset 5))")]
    [InlineData("SELECT a LIMIT ALL", "(Query (Select [(SelectItem a)]) (Limit))")]
    [InlineData("WITH x AS (SELECT 1), y (a, b) AS (SELECT * FROM x) SELECT * FROM y", "(Query (With [(CommonTable x (Select [(SelectItem 1)])) (CommonTable y [a b] (Select [(SelectItem *)] (NamedTable x)))]) (Select [(SelectItem *)] (NamedTable y)))")]
    [InlineData("SELECT 1 UNION ALL SELECT 2 UNION SELECT 3", "(Query (SetOperation Union (SetOperation Union all (Select [(SelectItem 1)]) (Select [(SelectItem 2)])) (Select [(SelectItem 3)])))")]
    [InlineData("SELECT 1 EXCEPT SELECT 2 INTERSECT ALL SELECT 3", "(Query (SetOperation Except (Select [(SelectItem 1)]) (SetOperation Intersect all (Select [(SelectItem 2)]) (Select [(SelectItem 3)]))))")]
    [InlineData("VALUES 1, (2, 'a')", "(Query (Values [(1) (2, 'a')]))")]
    [InlineData("TABLE c.t", "(Query (Table c.t))")]
    public void Clauses(string sql, string tree) => Assert.Equal(tree, Wrapped(sql));

    [Theory]
    [InlineData("t AS x (a, b)", "(NamedTable t (TableAlias x [a b]))")]
    [InlineData("c.d.t x", "(NamedTable c.d.t (TableAlias x))")]
    [InlineData("t /*+ OPTIONS('a' = 'b') */ AS x", "(NamedTable t [(Hint OPTIONS ['a'='b'])] (TableAlias x))")]
    [InlineData("t FOR SYSTEM_TIME AS OF o.proctime AS x", "(NamedTable t (SystemTime o.proctime) (TableAlias x))")]
    [InlineData("(SELECT 1) AS x (a)", "(DerivedTable (Select [(SelectItem 1)]) (TableAlias x [a]))")]
    [InlineData("(VALUES (1), (2)) x", "(DerivedTable (Values [(1) (2)]) (TableAlias x))")]
    [InlineData("((SELECT 1) UNION ALL (SELECT 2)) x", "(DerivedTable (SetOperation Union all (NestedQuery (Select [(SelectItem 1)])) (NestedQuery (Select [(SelectItem 2)]))) (TableAlias x))")]
    [InlineData("(a JOIN b ON x = y)", "(NestedTable (JoinTable Inner (NamedTable a) (NamedTable b) (= x y)))")]
    [InlineData("a, b JOIN c ON x = y", "(JoinTable Comma (NamedTable a) (JoinTable Inner (NamedTable b) (NamedTable c) (= x y)))")]
    [InlineData("a LEFT OUTER JOIN b USING (x, y)", "(JoinTable Left (NamedTable a) (NamedTable b) [x y])")]
    [InlineData("a RIGHT JOIN b ON TRUE FULL JOIN c ON FALSE", "(JoinTable Full (JoinTable Right (NamedTable a) (NamedTable b) TRUE) (NamedTable c) FALSE)")]
    [InlineData("a NATURAL INNER JOIN b", "(JoinTable Inner natural (NamedTable a) (NamedTable b))")]
    [InlineData("a CROSS JOIN UNNEST(a.xs) WITH ORDINALITY AS t (x, n)", "(JoinTable Cross (NamedTable a) (UnnestTable [a.xs] withordinality (TableAlias t [x n])))")]
    [InlineData("a, LATERAL TABLE(f(x, 1)) AS t (y)", "(JoinTable Comma (NamedTable a) (FunctionTable f(x, 1) lateral (TableAlias t [y])))")]
    [InlineData("a LEFT JOIN LATERAL (SELECT 1) b ON TRUE", "(JoinTable Left (NamedTable a) (DerivedTable (Select [(SelectItem 1)]) lateral (TableAlias b)) TRUE)")]
    [InlineData("TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTE))", "(FunctionTable TUMBLE((Table t), (Descriptor [ts]), (Interval '10' (IntervalQualifier Minute))))")]
    [InlineData("TABLE(f(DATA => TABLE t PARTITION BY (a, b) ORDER BY c, n => 1))", "(FunctionTable f((Named DATA (Table t [a b] (OrderBy [(OrderItem c)]))), (Named n 1)))")]
    [InlineData("f(1) AS t", "(FunctionTable f(1) (TableAlias t))")]
    [InlineData("t MATCH_RECOGNIZE (PARTITION BY a PATTERN (A+ B) DEFINE A AS (x > 1)) AS m", "(UnsupportedTable MATCH_RECOGNIZE (NamedTable t))")]
    [InlineData("t TABLESAMPLE BERNOULLI (10)", "(UnsupportedTable TABLESAMPLE (NamedTable t))")]
    [InlineData("t PIVOT (SUM(a) FOR b IN (1, 2))", "(UnsupportedTable PIVOT (NamedTable t))")]
    public void Tables(string sql, string tree) => Assert.Equal($"(Query (Select [(SelectItem *)] {tree}))", Wrapped($"SELECT * FROM {sql}"));

    private static string Wrapped(string sql)
    {
        var tree = Tree.OfStatement(sql);

        // A query with clauses around it prints as a node of its own inside of the statement.
        return tree.StartsWith("(Query (Query ", StringComparison.Ordinal) ? tree["(Query ".Length..^1] : tree;
    }
}
