using Sluice.Engine.Errors;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>CAST and TRY_CAST between all types. Values are those of Flink's documentation and of its rules: integers wrap, a decimal without
/// enough digits is NULL, CHAR is cut and padded, VARCHAR cut.</summary>
public sealed class CastTests
{
    public static TheoryData<string, string, string> Numbers => ExpressionTests.Table("""
        CAST(l AS INT)                      | INT                                | 410065408
        CAST(i AS BIGINT)                   | BIGINT                             | 7
        CAST(si AS TINYINT)                 | TINYINT                            | 48
        CAST(128 AS TINYINT)                | TINYINT NOT NULL                   | -128
        CAST(-32769 AS SMALLINT)            | SMALLINT NOT NULL                  | 32767
        CAST(9.87 AS INT)                   | INT NOT NULL                       | 9
        CAST(-9.87 AS INT)                  | INT NOT NULL                       | -9
        CAST(9123.87 AS TINYINT)            | TINYINT NOT NULL                   | -93
        CAST(3276913443134.87 AS INT)       | INT NOT NULL                       | -146603714
        CAST(123456.789e0 AS SMALLINT)      | SMALLINT NOT NULL                  | -7616
        CAST(-123.456e0 AS TINYINT)         | TINYINT NOT NULL                   | -123
        CAST(1e300 AS BIGINT)               | BIGINT NOT NULL                    | 9223372036854775807
        CAST(CAST('NaN' AS DOUBLE) AS INT)  | INT NOT NULL                       | 0
        CAST(p AS DOUBLE)                   | DOUBLE                             | 12.34
        CAST(p AS FLOAT)                    | FLOAT                              | 12.34
        CAST(123456789.123456789123456789 AS DOUBLE) | DOUBLE NOT NULL           | 1.2345678912345679E8
        CAST(-1.7976931348623157E308 AS FLOAT) | FLOAT NOT NULL                  | -Infinity
        CAST(3.123456e0 AS DECIMAL(8, 4))   | DECIMAL(8, 4) NOT NULL             | 3.1235
        CAST(12.34561234 AS DECIMAL(8, 4))  | DECIMAL(8, 4) NOT NULL             | 12.3456
        CAST(2.5 AS DECIMAL(1, 0))          | DECIMAL(1, 0) NOT NULL             | 3
        CAST(-2.5 AS DECIMAL(1, 0))         | DECIMAL(1, 0) NOT NULL             | -3
        CAST(12345 AS DECIMAL(8, 4))        | DECIMAL(8, 4) NOT NULL             | <null>
        CAST(12345.678912e0 AS DECIMAL(8, 4)) | DECIMAL(8, 4) NOT NULL           | <null>
        CAST(i AS DECIMAL(10, 2))           | DECIMAL(10, 2)                     | 7.00
        CAST(p AS DECIMAL(38, 30))          | DECIMAL(38, 30)                    | 12.340000000000000000000000000000
        CAST(TRUE AS INT)                   | INT NOT NULL                       | 1
        CAST(FALSE AS DOUBLE)               | DOUBLE NOT NULL                    | 0.0
        CAST(TRUE AS DECIMAL(3, 1))         | DECIMAL(3, 1) NOT NULL             | 1.0
        CAST(i AS BOOLEAN)                  | BOOLEAN                            | TRUE
        CAST(0 AS BOOLEAN)                  | BOOLEAN NOT NULL                   | FALSE
        CAST(NULL AS INT)                   | INT                                | <null>
        """);

    public static TheoryData<string, string, string> FromTexts => ExpressionTests.Table("""
        CAST('123' AS INT)                  | INT NOT NULL                       | 123
        CAST(' 123 ' AS INT)                | INT NOT NULL                       | 123
        CAST('1.234' AS INT)                | INT NOT NULL                       | 1
        CAST('-3276913443134' AS BIGINT)    | BIGINT NOT NULL                    | -3276913443134
        CAST('1.234' AS DOUBLE)             | DOUBLE NOT NULL                    | 1.234
        CAST('1.234' AS FLOAT)              | FLOAT NOT NULL                     | 1.234
        CAST('12.3456' AS DECIMAL(4, 2))    | DECIMAL(4, 2) NOT NULL             | 12.35
        CAST('FalsE' AS BOOLEAN)            | BOOLEAN NOT NULL                   | FALSE
        CAST('y' AS BOOLEAN)                | BOOLEAN NOT NULL                   | TRUE
        CAST('2021-09-27' AS DATE)          | DATE NOT NULL                      | 2021-09-27
        CAST('2021-09-27 12:34:56.123456789' AS DATE) | DATE NOT NULL            | 2021-09-27
        CAST('12:34:56.789' AS TIME)        | TIME(0) NOT NULL                   | 12:34:56
        CAST('2021-09-27' AS TIMESTAMP(0))  | TIMESTAMP(0) NOT NULL              | 2021-09-27 00:00:00
        CAST('2021-09-27 12:34:56.123456789' AS TIMESTAMP(9)) | TIMESTAMP(9) NOT NULL | 2021-09-27 12:34:56.123456789
        CAST('2021-09-27 12:34:56.123' AS TIMESTAMP_LTZ(3)) | TIMESTAMP_LTZ(3) NOT NULL | 2021-09-27 12:34:56.123
        CAST('abcdef' AS CHAR(3))           | CHAR(3) NOT NULL                   | abc
        CAST('äöü' AS VARCHAR(2))           | VARCHAR(2) NOT NULL                | äö
        CAST('foo' AS CHAR(5)) || '|'       | CHAR(6) NOT NULL                   | foo  |
        CAST(s AS VARCHAR(2))               | VARCHAR(2)                         | Hä
        CAST(s AS STRING)                   | STRING                             | Hällo
        CAST(CAST('ab' AS BINARY(3)) AS STRING) = U&'ab\0000' | BOOLEAN NOT NULL | TRUE
        CAST(x AS STRING)                   | STRING                             | bytes
        TRY_CAST('foo' AS INT)              | INT                                | <null>
        TRY_CAST('-130' AS TINYINT)         | TINYINT                            | <null>
        TRY_CAST('12' AS TINYINT)           | TINYINT                            | 12
        TRY_CAST(s AS TIMESTAMP(3))         | TIMESTAMP(3)                       | <null>
        """);

    public static TheoryData<string, string, string> ToTexts => ExpressionTests.Table("""
        CAST(b AS STRING)                   | STRING                             | TRUE
        CAST(l AS STRING)                   | STRING                             | 9000000000
        CAST(1e10 AS STRING)                | STRING NOT NULL                    | 1.0E10
        CAST(p AS VARCHAR(3))               | VARCHAR(3)                         | 12.
        CAST(dt AS CHAR(3))                 | CHAR(3)                            | 202
        CAST(ts AS STRING)                  | STRING                             | 2024-02-29 12:34:56.789
        CAST(tz AS STRING)                  | STRING                             | 2024-02-29 20:34:56.789
        CAST(INTERVAL '10' MONTH AS STRING) | STRING NOT NULL                    | +0-10
        CAST(INTERVAL '36' HOUR AS STRING)  | STRING NOT NULL                    | +1 12:00:00.000
        CAST(a AS STRING)                   | STRING                             | [1, NULL, 3]
        CAST(m AS STRING)                   | STRING                             | {one=1}
        CAST(r AS STRING)                   | STRING                             | (5, (deep))
        """);

    public static TheoryData<string, string, string> Times => ExpressionTests.Table("""
        CAST(dt AS TIMESTAMP(3))            | TIMESTAMP(3)                       | 2024-02-29 00:00:00.000
        CAST(dt AS TIMESTAMP_LTZ(3))        | TIMESTAMP_LTZ(3)                   | 2024-02-29 00:00:00.000
        CAST(t AS TIME(0))                  | TIME(0)                            | 12:34:56
        CAST(t AS TIMESTAMP(3))             | TIMESTAMP(3)                       | 1970-01-01 12:34:56.789
        CAST(ts AS DATE)                    | DATE                               | 2024-02-29
        CAST(ts AS TIME(3))                 | TIME(3)                            | 12:34:56.789
        CAST(ts AS TIMESTAMP(1))            | TIMESTAMP(1)                       | 2024-02-29 12:34:56.7
        CAST(ts AS TIMESTAMP_LTZ(3))        | TIMESTAMP_LTZ(3)                   | 2024-02-29 12:34:56.789
        CAST(tz AS TIMESTAMP(3))            | TIMESTAMP(3)                       | 2024-02-29 20:34:56.789
        CAST(tz AS DATE)                    | DATE                               | 2024-02-29
        CAST(tz AS TIME(0))                 | TIME(0)                            | 20:34:56
        """);

    public static TheoryData<string, string, string> NestedValues => ExpressionTests.Table("""
        CAST(a AS ARRAY<STRING>)            | ARRAY<STRING>                      | [1, NULL, 3]
        CAST(a AS ARRAY<BIGINT>)[3]         | BIGINT                             | 3
        CAST(ARRAY['1', '2'] AS ARRAY<INT>) | ARRAY<INT> NOT NULL                | [1, 2]
        CAST(MAP[1, 2] AS MAP<STRING, STRING>) | MAP<STRING, STRING> NOT NULL    | {1=2}
        CAST(r AS ROW<a STRING, b ROW<c CHAR(2)>>) | ROW<`a` STRING, `b` ROW<`c` CHAR(2)>> | (5, (de))
        """);

    [Theory]
    [MemberData(nameof(Numbers))]
    [MemberData(nameof(FromTexts))]
    [MemberData(nameof(ToTexts))]
    [MemberData(nameof(Times))]
    [MemberData(nameof(NestedValues))]
    public void A_cast_gives_what_Flink_gives(string expression, string type, string text) =>
        Assert.Equal((type, text), (Evaluation.Compute(expression).Type, Evaluation.Compute(expression).Text ?? "<null>"));

    [Theory]
    [InlineData("CAST('foo' AS TINYINT)", "the text 'foo' cannot be CAST to TINYINT")]
    [InlineData("CAST('-130' AS TINYINT)", "the text '-130' cannot be CAST to TINYINT")]
    [InlineData("CAST('12345.6789' AS DECIMAL(8, 4))", "the text '12345.6789' cannot be CAST to DECIMAL(8, 4)")]
    [InlineData("CAST('' AS BOOLEAN)", "the text '' cannot be CAST to BOOLEAN")]
    [InlineData("CAST('2021/09/27' AS DATE)", "the text '2021/09/27' cannot be CAST to DATE")]
    [InlineData("CAST('123' AS TIMESTAMP(3))", "the text '123' cannot be CAST to TIMESTAMP(3)")]
    [InlineData("CAST(d / 0 AS DECIMAL(10, 2))", "cannot be CAST to DECIMAL")]
    public void A_failing_cast_names_value_and_type(string expression, string message)
    {
        var evaluation = new Evaluation();
        var bound = evaluation.Must(expression);
        Assert.Contains(message, Assert.Throws<DataException>(() => evaluation.Text(bound, nulls: false)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CAST(x AS INT)")]
    [InlineData("CAST(i AS DATE)")]
    [InlineData("CAST(i AS TIMESTAMP(3))")]
    [InlineData("CAST(dt AS TIME)")]
    [InlineData("CAST(t AS DATE)")]
    [InlineData("CAST(ts AS BIGINT)")]
    [InlineData("CAST(d AS BOOLEAN)")]
    [InlineData("CAST(p AS BOOLEAN)")]
    [InlineData("CAST(b AS DATE)")]
    [InlineData("CAST(i AS BYTES)")]
    [InlineData("CAST(s AS ARRAY<STRING>)")]
    [InlineData("CAST(a AS INT)")]
    [InlineData("CAST(INTERVAL '1' DAY AS INT)")]
    public void A_cast_that_Flink_has_not_is_refused(string expression)
    {
        var evaluation = new Evaluation();
        Assert.Null(evaluation.Bind(expression));
        Assert.Contains("cannot be CAST to", Assert.Single(evaluation.Errors.Errors).Message, StringComparison.Ordinal);
    }
}
