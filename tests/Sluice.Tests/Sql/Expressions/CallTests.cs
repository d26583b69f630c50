namespace Sluice.Tests.Sql.Expressions;

/// <summary>How calls find their overload, and how arguments and results travel.</summary>
public sealed class CallTests
{
    public static TheoryData<string, string, string> Calls => ExpressionTests.Table("""
        UPPER(s)                            | STRING                             | HÄLLO
        upper(UPPER('x') || s)              | STRING                             | XHÄLLO
        ABS(-i)                             | INT                                | 7
        ABS(-ti)                            | TINYINT                            | 100
        ABS(-p)                             | DECIMAL(10, 2)                     | 12.34
        POWER(i, 2)                         | DOUBLE                             | 49.0
        CONCAT('a', 'b', 'c')               | STRING NOT NULL                    | abc
        CONCAT_WS('-', 'a', ns, 'c')        | STRING NOT NULL                    | a-c
        UPPER(NULL)                         | STRING                             | <null>
        TRIM(LEADING 'x' FROM 'xxaxx')      | STRING NOT NULL                    | axx
        TRIM(BOTH 'x' FROM 'xxaxx')         | STRING NOT NULL                    | a
        EXTRACT(YEAR FROM dt)               | BIGINT                             | 2024
        CARDINALITY(a)                      | INT                                | 3
        CARDINALITY(ARRAY[1, 2])            | INT NOT NULL                       | 2
        ROUND(p, 1)                         | DECIMAL(10, 1)                     | 12.3
        GREATEST(i, 9, 3)                   | INT                                | 9
        LEAST(i, n)                         | INT                                | <null>
        ARRAY_MAX(ARRAY[1, 3, 2])           | INT                                | 3
        ARRAY_CONTAINS(a, 3)                | BOOLEAN                            | TRUE
        ARRAY_DISTINCT(ARRAY[1, 2, 1])      | ARRAY<INT NOT NULL> NOT NULL       | [1, 2]
        SPLIT('a,b', ',')[2]                | STRING                             | b
        MAP_KEYS(m)                         | ARRAY<STRING>                      | [one]
        TIMESTAMPADD(DAY, 1, ts)            | TIMESTAMP(3)                       | 2024-03-01 12:34:56.789
        TIMESTAMPDIFF(DAY, dt, ts)          | INT                                | 0
        FLOOR(ts TO HOUR)                   | TIMESTAMP(3)                       | 2024-02-29 12:00:00.000
        DATE_FORMAT(ts, 'yyyy/MM')          | STRING                             | 2024/02
        TO_TIMESTAMP('2024-01-02 03:04:05') | TIMESTAMP(3)                       | 2024-01-02 03:04:05.000
        PROCTIME() IS NOT NULL              | BOOLEAN NOT NULL                   | TRUE
        CURRENT_DATE = CAST(CURRENT_TIMESTAMP AS DATE) | BOOLEAN NOT NULL        | TRUE
        (i, 'x') IN ((1, 'x'), (7, 'x'))    | BOOLEAN                            | TRUE
        JSON_STRING(i)                      | STRING                             | 7
        JSON_STRING(ns)                     | STRING                             | <null>
        JSON_VALUE('{"a": 5}', '$.a')       | STRING                             | 5
        JSON_VALUE('{"a": 5}', '$.a' RETURNING INT) | INT                        | 5
        JSON_VALUE('{"a": 5}', 'lax $.b' DEFAULT 'none' ON EMPTY) | STRING       | none
        JSON_QUERY('{"a": [1, 2]}', '$.a')  | STRING                             | [1,2]
        JSON_EXISTS('{"a": 5}', '$.a')      | BOOLEAN NOT NULL                   | TRUE
        JSON_EXISTS(ns, '$.a')              | BOOLEAN                            | <null>
        JSON_OBJECT('k' VALUE i, 'n' VALUE n) | STRING NOT NULL                  | {"k":7,"n":null}
        JSON_ARRAY(i, n, 'x')               | STRING NOT NULL                    | [7,"x"]
        JSON_ARRAY(JSON_OBJECT('a' VALUE 1)) | STRING NOT NULL                   | [{"a":1}]
        '{}' IS JSON OBJECT                 | BOOLEAN NOT NULL                   | TRUE
        ns IS JSON                          | BOOLEAN NOT NULL                   | FALSE
        ns IS NOT JSON                      | BOOLEAN NOT NULL                   | TRUE
        """);

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_has_the_type_and_the_value_of_Flink(string expression, string type, string text) =>
        Assert.Equal((type, text), (Evaluation.Compute(expression).Type, Evaluation.Compute(expression).Text ?? "<null>"));
}
