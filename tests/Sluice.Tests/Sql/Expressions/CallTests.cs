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
