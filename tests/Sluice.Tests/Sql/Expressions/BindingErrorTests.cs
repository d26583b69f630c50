namespace Sluice.Tests.Sql.Expressions;

/// <summary>What is wrong with an expression, and the words it is about.</summary>
public sealed class BindingErrorTests
{
    public static TheoryData<string, string, string> Errors => ExpressionTests.Table("""
        il + 1                        | il                | there is no column 'il'; did you mean 'i'?
        quite_else                    | quite_else        | there is no column 'quite_else'; the columns are b, ti, si,
        o.tx                          | tx                | there is no column 'tx' in table 'o'; did you mean 'ti'?
        q.i                           | q                 | there is no table or column 'q' here
        r.z                           | z                 | the row has no field 'z'; did you mean 'k'?
        i.z                           | z                 | 'z' is asked of a value of type INT, which has no fields
        s + 1                         | +                 | + cannot be applied to STRING and INT; texts are joined by ||
        d % 2                         | %                 | % cannot be applied to DOUBLE and INT; it takes integers and decimals
        i || s                        | ||                | || joins texts, and here are INT and STRING; write CAST(... AS STRING)
        ts - ts                       | ts - ts           | the difference of TIMESTAMP(3) and TIMESTAMP(3) needs a unit; write TIMESTAMPDIFF
        i = s                         | =                 | INT and STRING cannot be compared
        ts = tz                       | =                 | TIMESTAMP(3) and TIMESTAMP_LTZ(3) cannot be compared
        dt = 'foo'                    | 'foo'             | 'foo' is compared with a DATE and is none
        a < a                         | <                 | < cannot be applied to ARRAY<INT>; it has no order
        i AND b                       | i                 | AND takes BOOLEANs, and this is INT
        NOT i                         | NOT i             | NOT takes a BOOLEAN, and this is INT
        i IS TRUE                     | i IS TRUE         | IS TRUE takes a BOOLEAN, and this is INT
        -s                            | -s                | - takes a number, and this is STRING
        i LIKE 'a'                    | i                 | LIKE takes texts, and this is INT
        s LIKE 'a!b' ESCAPE '!'       | 'a!b'             | the escape character of LIKE stands before something else than %, _ and itself
        s SIMILAR TO 'a('             | 'a('              | 'a(' is no pattern of SIMILAR TO
        CASE WHEN i THEN 1 END        | i                 | WHEN takes a condition, and this is INT
        CASE WHEN b THEN 1 ELSE 'a' END | 'a'             | the branches of CASE have no common type: INT before and CHAR(1) here
        COALESCE(i, s)                | s                 | the arguments of COALESCE have no common type
        IF(i, 1, 2)                   | i                 | the first argument of IF is a condition, and this is INT
        NULLIF(i)                     | NULLIF(i)         | this call has 1 arguments; it is written NULLIF(a, b)
        a[0]                          | 0                 | the elements of an ARRAY are counted from 1
        a['x']                        | 'x'               | an element of an ARRAY is asked for by an INT, and this is CHAR(1)
        m[1]                          | 1                 | the keys of the MAP are STRING, and this is INT
        i[1]                          | 1                 | [...] is for ARRAY, MAP and ROW
        DATE '2023-02-29'             | '2023-02-29'      | '2023-02-29' is no date; a DATE is written 'yyyy-MM-dd'
        TIME '25:00:00'               | '25:00:00'        | '25:00:00' is no time of day
        TIMESTAMP '2023-02-01'        | '2023-02-01'      | '2023-02-01' is no timestamp
        ARRAY_PREPEND(ARRAY['b'], 123) | ARRAY_PREPEND(ARRAY['b'], 123) | the arguments of ARRAY_PREPEND do not go together: ARRAY<CHAR(1) NOT NULL>, INT; CAST one of them
        ARRAY_APPEND(ARRAY[dt], 1)    | ARRAY_APPEND(ARRAY[dt], 1) | the arguments of ARRAY_APPEND do not go together
        ARRAY_APPEND(ARRAY[ts], tz)   | ARRAY_APPEND(ARRAY[ts], tz) | the arguments of ARRAY_APPEND do not go together
        ARRAY_CONCAT(a, ARRAY['x'])   | ARRAY_CONCAT(a, ARRAY['x']) | the arguments of ARRAY_CONCAT do not go together
        ARRAY_CONTAINS(a, 'x')        | ARRAY_CONTAINS(a, 'x') | the arguments of ARRAY_CONTAINS do not go together
        ARRAY_EXCEPT(ARRAY[a], ARRAY[ARRAY[l]]) | ARRAY_EXCEPT(ARRAY[a], ARRAY[ARRAY[l]]) | the arguments of ARRAY_EXCEPT do not go together
        MAP_UNION(m, MAP['a', 'b'])   | MAP_UNION(m, MAP['a', 'b']) | the arguments of MAP_UNION do not go together
        dt + INTERVAL '25' HOUR       | dt + INTERVAL '25' HOUR | a DATE plus a part of a day stays a DATE in Flink, without that part
        INTERVAL '1 12' DAY TO HOUR + dt | INTERVAL '1 12' DAY TO HOUR + dt | a DATE plus a part of a day stays a DATE in Flink
        INTERVAL '100' DAY            | '100'             | 100 has more digits than DAY(2) holds; write DAY(3)
        INTERVAL '1:70' HOUR TO MINUTE | '1:70'           | '1:70' is no interval of this kind; it is written like INTERVAL '1:02' HOUR TO MINUTE
        UPPPER(s)                     | UPPPER            | there is no function UPPPER; did you mean UPPER?
        UPPER(i)                      | UPPER(i)          | UPPER does not take INT; it is called as UPPER(STRING)
        UPPER()                       | UPPER()           | UPPER does not take no arguments; it is called as UPPER(STRING)
        COUNT(*)                      | COUNT             | aggregation is not supported yet: COUNT would need the rows of a whole group
        SUM(i)                        | SUM               | aggregation is not supported yet
        ROW_NUMBER() OVER (ORDER BY i) | OVER             | OVER windows are not supported yet
        EXISTS (SELECT 1)             | EXISTS (SELECT 1) | EXISTS is not supported yet
        i IN (SELECT 1)               | i IN (SELECT 1)   | IN with a query is not supported yet
        CAST(1 AS DECIMAL(39, 0))     | DECIMAL(39, 0)    | the precision of DECIMAL is 39; it must be between 1 and 38
        CAST(1 AS TIMESTAMP(10))      | TIMESTAMP(10)     | the precision of TIMESTAMP is 10; it must be between 0 and 9
        """);

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_says_what_is_wrong_and_points_at_the_words(string expression, string words, string message)
    {
        var evaluation = new Evaluation();
        Assert.Null(evaluation.Bind(expression));
        var error = Assert.Single(evaluation.Errors.Errors);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(words, ("SELECT " + expression).Substring(error.Span.Start, error.Span.Length));
    }

    [Fact]
    public void Several_errors_of_one_expression_are_all_reported()
    {
        var evaluation = new Evaluation();
        Assert.Null(evaluation.Bind("CASE WHEN aa = 1 THEN bb ELSE NOFUNC(cc) END"));
        Assert.Equal(["aa", "bb", "cc"], evaluation.Errors.Errors.OrderBy(e => e.Span.Start).Select(e => e.Message.Split('\'')[1]));
    }
}
