using Sluice.Engine.Errors;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>Expressions, their types and their values, as Flink has them. In each table: the expression, its type, its SQL text.</summary>
public sealed class ExpressionTests
{
    public static TheoryData<string, string, string> Literals => Table("""
        1                                   | INT NOT NULL                       | 1
        -2147483648                         | INT NOT NULL                       | -2147483648
        2147483648                          | BIGINT NOT NULL                    | 2147483648
        -9223372036854775808                | BIGINT NOT NULL                    | -9223372036854775808
        9223372036854775808                 | DECIMAL(19, 0) NOT NULL            | 9223372036854775808
        1.50                                | DECIMAL(3, 2) NOT NULL             | 1.50
        0.05                                | DECIMAL(3, 2) NOT NULL             | 0.05
        1e3                                 | DOUBLE NOT NULL                    | 1000.0
        'ä€'                                | CHAR(2) NOT NULL                   | ä€
        TRUE                                | BOOLEAN NOT NULL                   | TRUE
        UNKNOWN                             | BOOLEAN                            | <null>
        DATE '2024-02-29'                   | DATE NOT NULL                      | 2024-02-29
        TIME '08:09:10'                     | TIME(0) NOT NULL                   | 08:09:10
        TIMESTAMP '2024-02-29 08:09:10'     | TIMESTAMP(0) NOT NULL              | 2024-02-29 08:09:10
        TIMESTAMP '2024-02-29 08:09:10.1234' | TIMESTAMP(4) NOT NULL             | 2024-02-29 08:09:10.1234
        INTERVAL '1-2' YEAR TO MONTH        | INTERVAL YEAR TO MONTH NOT NULL    | +1-02
        INTERVAL -'3' MONTH                 | INTERVAL YEAR TO MONTH NOT NULL    | -0-03
        INTERVAL '1 02:03:04.5' DAY TO SECOND | INTERVAL DAY TO SECOND(3) NOT NULL | +1 02:03:04.500
        INTERVAL '90' MINUTE                | INTERVAL DAY TO SECOND(3) NOT NULL | +0 01:30:00.000
        INTERVAL '100' DAY(3)               | INTERVAL DAY TO SECOND(3) NOT NULL | +100 00:00:00.000
        """);

    public static TheoryData<string, string, string> Arithmetic => Table("""
        i + 1                               | INT                                | 8
        ti + ti                             | TINYINT                            | -56
        si + si                             | SMALLINT                           | -5536
        ti + si                             | SMALLINT                           | 30100
        2147483647 + 1                      | INT NOT NULL                       | -2147483648
        9223372036854775807 + 1             | BIGINT NOT NULL                    | -9223372036854775808
        i + l                               | BIGINT                             | 9000000007
        -i                                  | INT                                | -7
        i / 2                               | INT                                | 3
        -7 / 2                              | INT NOT NULL                       | -3
        -7 % 3                              | INT NOT NULL                       | -1
        l % i                               | INT                                | 5
        i % l                               | BIGINT                             | 7
        i / 2.0                             | DECIMAL(17, 6)                     | 3.500000
        i + f                               | FLOAT                              | 8.5
        i + d                               | DOUBLE                             | 9.5
        p + f                               | DOUBLE                             | 13.84
        d / 0                               | DOUBLE                             | Infinity
        -d / 0                              | DOUBLE                             | -Infinity
        (d - d) / 0                         | DOUBLE                             | NaN
        p + 1                               | DECIMAL(13, 2)                     | 13.34
        p - 0.005                           | DECIMAL(12, 3)                     | 12.335
        p * p                               | DECIMAL(21, 4)                     | 152.2756
        p / 3                               | DECIMAL(21, 13)                    | 4.1133333333333
        p % 5                               | DECIMAL(10, 2)                     | 2.34
        -p                                  | DECIMAL(10, 2)                     | -12.34
        i + NULL                            | INT                                | <null>
        n + 1                               | INT                                | <null>
        p + np                              | DECIMAL(11, 2)                     | <null>
        99999999999999999999999999999999999999 + 1 | DECIMAL(38, 0) NOT NULL     | <null>
        dt + INTERVAL '1' DAY               | DATE                               | 2024-03-01
        dt - INTERVAL '1' YEAR              | DATE                               | 2023-02-28
        dt + i * INTERVAL '1' DAY           | DATE                               | 2024-03-07
        CAST(dt AS TIMESTAMP(0)) + INTERVAL '1' HOUR | TIMESTAMP(0)              | 2024-02-29 01:00:00
        INTERVAL '1' MONTH + dt             | DATE                               | 2024-03-29
        ts + INTERVAL '1' MONTH             | TIMESTAMP(3)                       | 2024-03-29 12:34:56.789
        ts - INTERVAL '0.5' SECOND          | TIMESTAMP(3)                       | 2024-02-29 12:34:56.289
        t + INTERVAL '12' HOUR              | TIME(3)                            | 00:34:56.789
        t - INTERVAL '13' HOUR              | TIME(3)                            | 23:34:56.789
        tz + INTERVAL '1' DAY               | TIMESTAMP_LTZ(3)                   | 2024-03-01 20:34:56.789
        INTERVAL '2' HOUR * 3               | INTERVAL DAY TO SECOND(3) NOT NULL | +0 06:00:00.000
        INTERVAL '1' DAY - INTERVAL '2' DAY | INTERVAL DAY TO SECOND(3) NOT NULL | -1 00:00:00.000
        """);

    public static TheoryData<string, string, string> Comparison => Table("""
        i = 7                               | BOOLEAN                            | TRUE
        i <> 7.0                            | BOOLEAN                            | FALSE
        l > i                               | BOOLEAN                            | TRUE
        p = 12.340                          | BOOLEAN                            | TRUE
        p < 12.35                           | BOOLEAN                            | TRUE
        f = 1.5                             | BOOLEAN                            | TRUE
        (d - d) / 0 = (d - d) / 0           | BOOLEAN                            | FALSE
        s = 'Hällo'                         | BOOLEAN                            | TRUE
        'abc' < 'abd'                       | BOOLEAN NOT NULL                   | TRUE
        'a' = 'a '                          | BOOLEAN NOT NULL                   | FALSE
        FALSE < b                           | BOOLEAN                            | TRUE
        dt = '2024-02-29'                   | BOOLEAN                            | TRUE
        '2024-03-01' > dt                   | BOOLEAN                            | TRUE
        ts >= TIMESTAMP '2024-02-29 12:34:56' | BOOLEAN                          | TRUE
        ts > dt                             | BOOLEAN                            | TRUE
        dt = s                              | BOOLEAN                            | <null>
        n = 1                               | BOOLEAN                            | <null>
        i = NULL                            | BOOLEAN                            | <null>
        i BETWEEN 7 AND 8                   | BOOLEAN                            | TRUE
        i NOT BETWEEN 7 AND 8               | BOOLEAN                            | FALSE
        i BETWEEN 8 AND 6                   | BOOLEAN                            | FALSE
        i BETWEEN SYMMETRIC 8 AND 6         | BOOLEAN                            | TRUE
        12 BETWEEN 15 AND NULL              | BOOLEAN                            | FALSE
        12 BETWEEN NULL AND 15              | BOOLEAN                            | <null>
        i IN (1, 7)                         | BOOLEAN                            | TRUE
        i IN (1, 2, 3, 4, 5)                | BOOLEAN                            | FALSE
        i IN (1, 2, 3, 4, NULL)             | BOOLEAN                            | <null>
        i IN (7, 2, 3, 4, NULL)             | BOOLEAN                            | TRUE
        i NOT IN (1, NULL)                  | BOOLEAN                            | <null>
        n IN (1, 2, 3, 4)                   | BOOLEAN                            | <null>
        s IN ('a', 'b', 'c', 'Hällo')       | BOOLEAN                            | TRUE
        p IN (1, 12.34, 3, 4)               | BOOLEAN                            | TRUE
        i = ANY (1, 7)                      | BOOLEAN                            | TRUE
        i > ALL (1, 7)                      | BOOLEAN                            | FALSE
        n IS NULL                           | BOOLEAN NOT NULL                   | TRUE
        n IS NOT NULL                       | BOOLEAN NOT NULL                   | FALSE
        n IS DISTINCT FROM NULL             | BOOLEAN NOT NULL                   | FALSE
        n IS DISTINCT FROM 1                | BOOLEAN NOT NULL                   | TRUE
        n IS NOT DISTINCT FROM np           | BOOLEAN NOT NULL                   | TRUE
        i IS NOT DISTINCT FROM 7            | BOOLEAN NOT NULL                   | TRUE
        ARRAY[1, 2] = ARRAY[1, 2]           | BOOLEAN NOT NULL                   | TRUE
        (i, n) = (7, 1)                     | BOOLEAN                            | <null>
        (i, n) = (8, 1)                     | BOOLEAN                            | FALSE
        (i, n) <> (8, 1)                    | BOOLEAN                            | TRUE
        (i, s) NOT IN ((7, 'x'), (8, s))    | BOOLEAN                            | TRUE
        a = ARRAY[1, CAST(NULL AS INT), 3]  | BOOLEAN                            | TRUE
        """);

    public static TheoryData<string, string, string> Logic => Table("""
        TRUE AND UNKNOWN                    | BOOLEAN                            | <null>
        FALSE AND UNKNOWN                   | BOOLEAN                            | FALSE
        UNKNOWN AND FALSE                   | BOOLEAN                            | FALSE
        UNKNOWN AND UNKNOWN                 | BOOLEAN                            | <null>
        TRUE OR UNKNOWN                     | BOOLEAN                            | TRUE
        UNKNOWN OR TRUE                     | BOOLEAN                            | TRUE
        FALSE OR UNKNOWN                    | BOOLEAN                            | <null>
        nb AND b                            | BOOLEAN                            | <null>
        nb AND NOT b                        | BOOLEAN                            | FALSE
        b AND nb                            | BOOLEAN                            | <null>
        nb OR b                             | BOOLEAN                            | TRUE
        nb OR NOT b                         | BOOLEAN                            | <null>
        NOT nb                              | BOOLEAN                            | <null>
        NOT b                               | BOOLEAN                            | FALSE
        nb IS TRUE                          | BOOLEAN NOT NULL                   | FALSE
        nb IS NOT TRUE                      | BOOLEAN NOT NULL                   | TRUE
        nb IS FALSE                         | BOOLEAN NOT NULL                   | FALSE
        nb IS NOT FALSE                     | BOOLEAN NOT NULL                   | TRUE
        nb IS UNKNOWN                       | BOOLEAN NOT NULL                   | TRUE
        b IS NOT UNKNOWN                    | BOOLEAN NOT NULL                   | TRUE
        i = 7 OR 1 / (i - 7) = 1            | BOOLEAN                            | TRUE
        i <> 7 AND 1 / (i - 7) = 1          | BOOLEAN                            | FALSE
        """);

    public static TheoryData<string, string, string> Conditions => Table("""
        CASE WHEN i > 5 THEN 'big' ELSE 'no' END        | VARCHAR(3) NOT NULL    | big
        CASE WHEN nb THEN 1 WHEN b THEN 2 END           | INT                    | 2
        CASE i WHEN 6 THEN 'six' WHEN 7 THEN 'sev' END  | CHAR(3)                | sev
        CASE i WHEN 1, 7 THEN TRUE ELSE FALSE END       | BOOLEAN NOT NULL       | TRUE
        CASE n WHEN 1 THEN 'a' ELSE 'b' END             | CHAR(1) NOT NULL       | b
        CASE WHEN b THEN 1 ELSE 2.50 END                | DECIMAL(12, 2) NOT NULL | 1.00
        CASE WHEN b THEN i ELSE 1 / (i - 7) END         | INT                    | 7
        CASE WHEN b THEN NULL ELSE 1 END                | INT                    | <null>
        COALESCE(n, i, 3)                               | INT NOT NULL           | 7
        COALESCE(n, NULL)                               | INT                    | <null>
        COALESCE(ns, 'x')                               | STRING NOT NULL        | x
        IFNULL(n, 5)                                    | INT NOT NULL           | 5
        NULLIF(i, 7)                                    | INT                    | <null>
        NULLIF(i, 8)                                    | INT                    | 7
        IF(i > 5, 'yes', 'no')                          | VARCHAR(3) NOT NULL    | yes
        IF(nb, 1, 2)                                    | INT NOT NULL           | 2
        """);

    public static TheoryData<string, string, string> Texts => Table("""
        'a' || 'bc'                         | CHAR(3) NOT NULL                   | abc
        s || c                              | STRING                             | Hälloabc
        c || '-' || c || '-' || c           | CHAR(11)                           | abc-abc-abc
        s || ns                             | STRING                             | <null>
        s LIKE 'H_llo'                      | BOOLEAN                            | TRUE
        s LIKE 'H%'                         | BOOLEAN                            | TRUE
        s LIKE '%llo'                       | BOOLEAN                            | TRUE
        s LIKE '%äl%'                       | BOOLEAN                            | TRUE
        s LIKE 'h%'                         | BOOLEAN                            | FALSE
        s LIKE 'H%l_'                       | BOOLEAN                            | TRUE
        s NOT LIKE '%x%'                    | BOOLEAN                            | TRUE
        '100%' LIKE '100!%' ESCAPE '!'      | BOOLEAN NOT NULL                   | TRUE
        '1000' LIKE '100!%' ESCAPE '!'      | BOOLEAN NOT NULL                   | FALSE
        'a\b' LIKE 'a\b'                    | BOOLEAN NOT NULL                   | TRUE
        s LIKE ns                           | BOOLEAN                            | <null>
        s LIKE s                            | BOOLEAN                            | TRUE
        'abcabc' LIKE '%bc'                 | BOOLEAN NOT NULL                   | TRUE
        'mississippi' LIKE '%s%sip%'        | BOOLEAN NOT NULL                   | TRUE
        'abc' SIMILAR TO 'a(b|x)c'          | BOOLEAN NOT NULL                   | TRUE
        'abc' SIMILAR TO 'a'                | BOOLEAN NOT NULL                   | FALSE
        s SIMILAR TO 'H_l{2}o'              | BOOLEAN                            | TRUE
        'a.c' SIMILAR TO 'a.c'              | BOOLEAN NOT NULL                   | TRUE
        'abc' SIMILAR TO 'a.c'              | BOOLEAN NOT NULL                   | FALSE
        '7x' SIMILAR TO '[[:DIGIT:]][a-z]'  | BOOLEAN NOT NULL                   | TRUE
        """);

    public static TheoryData<string, string, string> NestedValues => Table("""
        a[1]                                | INT                                | 1
        a[2]                                | INT                                | <null>
        a[4]                                | INT                                | <null>
        a[i - 4]                            | INT                                | 3
        a[n]                                | INT                                | <null>
        na[1]                               | INT                                | <null>
        m['one']                            | INT                                | 1
        m['two']                            | INT                                | <null>
        r.k                                 | INT                                | 5
        r.n.v                               | STRING                             | deep
        o.r.n.v                             | STRING                             | deep
        (r).n.v                             | STRING                             | deep
        ARRAY[1, 2, 3][2]                   | INT                                | 2
        ARRAY[i, n]                         | ARRAY<INT> NOT NULL                | [7, NULL]
        ARRAY[1, 2.5]                       | ARRAY<DECIMAL(11, 1) NOT NULL> NOT NULL | [1.0, 2.5]
        MAP['a', i, 'b', 2]                 | MAP<CHAR(1) NOT NULL, INT> NOT NULL | {a=7, b=2}
        MAP['a', 1]['a']                    | INT                                | 1
        ROW(i, s)                           | ROW<`EXPR$0` INT, `EXPR$1` STRING> NOT NULL | (7, Hällo)
        CAST(ROW(1, 'x') AS ROW<q INT, w STRING>).w | STRING                     | x
        """);

    [Theory]
    [MemberData(nameof(Literals))]
    [MemberData(nameof(Arithmetic))]
    [MemberData(nameof(Comparison))]
    [MemberData(nameof(Logic))]
    [MemberData(nameof(Conditions))]
    [MemberData(nameof(Texts))]
    [MemberData(nameof(NestedValues))]
    public void An_expression_has_the_type_and_the_value_of_Flink(string expression, string type, string text) =>
        Assert.Equal((type, text), (Evaluation.Compute(expression).Type, Evaluation.Compute(expression).Text ?? "<null>"));

    [Theory]
    [InlineData("i + 1")]
    [InlineData("ti * 2")]
    [InlineData("p / p")]
    [InlineData("d / d")]
    [InlineData("s || 'x'")]
    [InlineData("UPPER(s)")]
    [InlineData("s LIKE 'a%'")]
    [InlineData("i = 1")]
    [InlineData("s < 'x'")]
    [InlineData("dt + INTERVAL '1' DAY")]
    [InlineData("ts + INTERVAL '1' MONTH")]
    [InlineData("CAST(s AS INT)")]
    [InlineData("CAST(i AS STRING)")]
    [InlineData("CAST(a AS ARRAY<STRING>)")]
    [InlineData("a[1]")]
    [InlineData("m['one']")]
    [InlineData("r.n.v")]
    [InlineData("i BETWEEN 1 AND 2")]
    [InlineData("i IN (1, 2, 3, 4)")]
    [InlineData("a = a")]
    [InlineData("NOT b")]
    [InlineData("-i")]
    public void A_null_operand_makes_the_result_null(string expression)
    {
        var evaluation = new Evaluation();
        Assert.Null(evaluation.Text(evaluation.Must(expression), nulls: true));
    }

    [Theory]
    [InlineData("i / (i - 7)", "division by zero")]
    [InlineData("i % (i - 7)", "division by zero")]
    [InlineData("l / (i - 7)", "division by zero")]
    [InlineData("p / (p - p)", "division by zero")]
    [InlineData("p % (p - p)", "division by zero")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("CAST(s AS INT)", "the text 'Hällo' cannot be CAST to INT")]
    [InlineData("CAST(s AS DATE)", "the text 'Hällo' cannot be CAST to DATE")]
    public void What_has_no_value_fails_and_names_the_row(string expression, string message)
    {
        var evaluation = new Evaluation();
        var bound = evaluation.Must(expression);
        var failure = Assert.Throws<DataException>(() => evaluation.Text(bound, nulls: false));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(": ", failure.Message, StringComparison.Ordinal);
    }

    internal static TheoryData<string, string, string> Table(string rows)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var row in rows.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A bar may stand in the expression as well.
            var last = row.LastIndexOf(" | ", StringComparison.Ordinal);
            var middle = row.LastIndexOf(" | ", last - 1, StringComparison.Ordinal);
            data.Add(row[..middle].Trim(), row[(middle + 3)..last].Trim(), row[(last + 3)..].Trim());
        }

        return data;
    }
}
