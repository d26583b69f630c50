namespace Sluice.Tests.Sql.Functions;

public class CollectionFunctionsTests
{
    public static TheoryData<string, string> Results => FunctionLab.Examples("""
        CARDINALITY(ARRAY[1, 2, 3]) => 3
        CARDINALITY(MAP['a', 1, 'b', 2]) => 2
        CARDINALITY(SPLIT(n, ',')) => <null>
        ELEMENT(ARRAY[5]) => 5
        ELEMENT(ARRAY[1, 2]) => !! one at most
        ARRAY_APPEND(ARRAY[1, 2], 3) => [1, 2, 3]
        ARRAY_APPEND(ARRAY[1], CAST(NULL AS INT)) => [1, NULL]
        ARRAY_APPEND(ARRAY[1, 2], 2.5) => [1.0, 2.0, 2.5]
        ARRAY_PREPEND(ARRAY['b'], 'a') => [a, b]
        ARRAY_CONCAT(ARRAY[1], ARRAY[2, 3], ARRAY[4]) => [1, 2, 3, 4]
        ARRAY_CONCAT(ARRAY['a'], SPLIT(n, ',')) => <null>
        ARRAY_CONTAINS(ARRAY[1, 2], 2) => TRUE
        ARRAY_CONTAINS(ARRAY[1, 2], 3) => FALSE
        ARRAY_CONTAINS(ARRAY[1, CAST(NULL AS INT)], NULL) => TRUE
        ARRAY_CONTAINS(ARRAY[1, 2], CAST(2 AS BIGINT)) => TRUE
        ARRAY_CONTAINS(SPLIT(n, ','), 'a') => <null>
        ARRAY_DISTINCT(ARRAY[3, 1, 3, CAST(NULL AS INT), 1, CAST(NULL AS INT)]) => [3, 1, NULL]
        ARRAY_POSITION(ARRAY['a', 'b'], 'b') => 2
        ARRAY_POSITION(ARRAY['a', 'b'], 'x') => 0
        ARRAY_POSITION(ARRAY['a', 'b'], n) => <null>
        ARRAY_REMOVE(ARRAY[1, 2, 1, 3], 1) => [2, 3]
        ARRAY_REVERSE(ARRAY[1, 2, 3]) => [3, 2, 1]
        ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], 2, 3) => [b, c]
        ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], -2) => [c, d]
        ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], 0, 2) => [a, b]
        ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], 3, 2) => []
        ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], 9, 12) => []
        ARRAY_SLICE(ARRAY['a', 'b'], CAST(NULL AS INT)) => <null>
        ARRAY_SORT(ARRAY[3, CAST(NULL AS INT), 1]) => [NULL, 1, 3]
        ARRAY_SORT(ARRAY[3, CAST(NULL AS INT), 1], FALSE) => [3, 1, NULL]
        ARRAY_SORT(ARRAY[3, CAST(NULL AS INT), 1], TRUE, FALSE) => [1, 3, NULL]
        ARRAY_UNION(ARRAY[1, 2, 1], ARRAY[2, 3]) => [1, 2, 3]
        ARRAY_EXCEPT(ARRAY[1, 2, 2, 3], ARRAY[3]) => [1, 2]
        ARRAY_INTERSECT(ARRAY[1, 2, 2, 3], ARRAY[3, 2]) => [2, 3]
        ARRAY_MAX(ARRAY[1, CAST(NULL AS INT), 5, 2]) => 5
        ARRAY_MIN(ARRAY['b', 'a']) => a
        ARRAY_MAX(ARRAY[CAST(NULL AS INT)]) => <null>
        ARRAY_JOIN(ARRAY['a', n, 'b'], '-') => a-b
        ARRAY_JOIN(ARRAY['a', n, 'b'], '-', '?') => a-?-b
        ARRAY_JOIN(ARRAY['a'], n) => <null>
        MAP_KEYS(MAP['a', 1, 'b', 2]) => [a, b]
        MAP_VALUES(MAP['a', 1, 'b', 2]) => [1, 2]
        MAP_ENTRIES(MAP['a', 1, 'b', 2]) => [(a, 1), (b, 2)]
        MAP_UNION(MAP['a', 1, 'b', 2], MAP['b', 3, 'c', 4]) => {a=1, b=3, c=4}
        MAP_FROM_ARRAYS(ARRAY['a', 'b', 'a'], ARRAY[1, 2, 3]) => {a=3, b=2}
        MAP_FROM_ARRAYS(ARRAY['a'], ARRAY[1, 2]) => !! must be the same
        MAP_FROM_ENTRIES(MAP_ENTRIES(MAP['a', 1])) => {a=1}
        """);

    [Theory]
    [MemberData(nameof(Results))]
    public void Results_are_those_of_Flink(string call, string expected) => FunctionLab.Check(call, expected);
}
