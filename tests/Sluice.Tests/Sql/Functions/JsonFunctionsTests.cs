namespace Sluice.Tests.Sql.Functions;

public class JsonFunctionsTests
{
    public static TheoryData<string, string> Results => FunctionLab.Examples("""
        '1' IS JSON => TRUE
        '[]' IS JSON => TRUE
        '"abc"' IS JSON => TRUE
        'abc' IS JSON => FALSE
        '' IS JSON => FALSE
        n IS JSON => FALSE
        '1' IS JSON SCALAR => TRUE
        '1' IS JSON ARRAY => FALSE
        '{}' IS JSON SCALAR => FALSE
        '{}' IS JSON OBJECT => TRUE
        '{}' IS NOT JSON OBJECT => FALSE
        JSON_EXISTS('{"a": true}', '$.a') => TRUE
        JSON_EXISTS('{"a": true}', '$.b') => FALSE
        JSON_EXISTS('{"a": [{ "b": 1 }]}', '$.a[0].b') => TRUE
        JSON_EXISTS('{"a": true}', 'strict $.b' TRUE ON ERROR) => TRUE
        JSON_EXISTS('{"a": true}', 'strict $.b' FALSE ON ERROR) => FALSE
        JSON_EXISTS('{"a": true}', 'strict $.b' UNKNOWN ON ERROR) => <null>
        JSON_EXISTS('{"a": true}', 'lax $.b' TRUE ON ERROR) => FALSE
        JSON_EXISTS('no json', '$' ERROR ON ERROR) => !! no JSON
        JSON_VALUE('{"a": true}', '$.a') => true
        JSON_VALUE('{"a": true}', '$.a' RETURNING BOOLEAN) => TRUE
        JSON_VALUE('{"a": true}', 'lax $.b' DEFAULT FALSE ON EMPTY) => FALSE
        JSON_VALUE('{"a": true}', 'strict $.b' DEFAULT FALSE ON ERROR) => FALSE
        JSON_VALUE('{"a.b": [0.998,0.996]}', '$.["a.b"][0]' RETURNING DOUBLE) => 0.998
        JSON_VALUE('{"contains blank": "right"}', 'strict $.[''contains blank'']' NULL ON EMPTY DEFAULT 'wrong' ON ERROR) => right
        JSON_VALUE('{"a": "x\u00e4\n"}', '$.a') => xä\n
        JSON_VALUE('{"a": {"b": 1}}', '$.a') => <null>
        JSON_VALUE('{"a": {"b": 1}}', 'lax $.a' DEFAULT 'e' ON EMPTY) => e
        JSON_VALUE('{"a": 1.50}', '$.a') => 1.50
        JSON_VALUE('{"a": 1e2}', '$.a') => 1E+2
        JSON_VALUE('{"a": 7}', '$.a' RETURNING INT) => 7
        JSON_VALUE('{"a": "x"}', '$.a' RETURNING INT) => <null>
        JSON_VALUE('{"a": "x"}', '$.a' RETURNING INT ERROR ON ERROR) => !! JSON_VALUE
        JSON_VALUE('{"a": 1, "a": 2}', '$.a') => 2
        JSON_VALUE('{"a": null}', 'lax $.a') => <null>
        JSON_VALUE('[1, 2, 3]', '$[-1]') => 3
        JSON_VALUE('{"a": [1, 2]}', '$.a[7]') => <null>
        JSON_VALUE(n, '$.a') => <null>
        JSON_VALUE('{"a": 1', '$.a') => <null>
        JSON_VALUE('{"a": 1', '$.a' ERROR ON ERROR) => !! JSON_VALUE
        JSON_VALUE('{"ä": {"€": "😀"}}', '$.ä.€') => 😀
        JSON_QUERY('{ "a": { "b": 1 } }', '$.a') => {"b":1}
        JSON_QUERY('[1, 2]', '$') => [1,2]
        JSON_QUERY(n, '$') => <null>
        JSON_QUERY('{"a":[{"c":"c1"},{"c":"c2"}]}', 'lax $.a[*].c') => ["c1","c2"]
        JSON_QUERY('{"a":[{"c":"c1"},{"c":"c2"}]}', 'lax $.a[*].c' RETURNING ARRAY<STRING>) => [c1, c2]
        JSON_QUERY('{}', '$' WITH CONDITIONAL ARRAY WRAPPER) => [{}]
        JSON_QUERY('[1, 2]', '$' WITH CONDITIONAL ARRAY WRAPPER) => [1,2]
        JSON_QUERY('[1, 2]', '$' WITH UNCONDITIONAL ARRAY WRAPPER) => [[1,2]]
        JSON_QUERY('1', '$') => <null>
        JSON_QUERY('1', '$' WITH CONDITIONAL ARRAY WRAPPER) => [1]
        JSON_QUERY('{}', 'lax $.invalid' EMPTY OBJECT ON EMPTY) => {}
        JSON_QUERY('{}', 'strict $.invalid' EMPTY ARRAY ON ERROR) => []
        JSON_QUERY('{"b": 1, "a": {"d": "\u0001/", "c": null}}', '$') => {"a":{"c":null,"d":"\u0001/"},"b":1}
        JSON_QUERY('[0, 1, 2, 3]', '$[1:3]') => [1,2]
        JSON_QUERY('[0, 1, 2, 3]', '$[0,2]') => [0,2]
        JSON_QUERY('{"a": 1, "b": 2}', '$.*') => [1,2]
        JSON_OBJECT() => {}
        JSON_OBJECT('K1' VALUE 'V1', 'K2' VALUE 'V2') => {"K1":"V1","K2":"V2"}
        JSON_OBJECT('b' VALUE 1, 'a' VALUE TRUE) => {"a":true,"b":1}
        JSON_OBJECT(KEY 'K1' VALUE n NULL ON NULL) => {"K1":null}
        JSON_OBJECT(KEY 'K1' VALUE n ABSENT ON NULL) => {}
        JSON_OBJECT(KEY 'K1' VALUE JSON_OBJECT(KEY 'K2' VALUE 'V')) => {"K1":{"K2":"V"}}
        JSON_ARRAY() => []
        JSON_ARRAY(1, '2') => [1,"2"]
        JSON_ARRAY(n NULL ON NULL) => [null]
        JSON_ARRAY(n ABSENT ON NULL) => []
        JSON_ARRAY(JSON_ARRAY(1)) => [[1]]
        JSON_ARRAY(DATE '2026-02-03', 1.50, s, 2.5e0) => ["2026-02-03",1.50,"text",2.5]
        JSON_OBJECT('K1' VALUE JSON('{"nested_json": {"value": 42}}')) => {"K1":{"nested_json":{"value":42}}}
        JSON_OBJECT('K' VALUE JSON('')) => {"K":null}
        JSON_ARRAY(JSON('{"K":{"K1":42}}'), JSON('{"K":{"K1":87}}')) => [{"K":{"K1":42}},{"K":{"K1":87}}]
        JSON_ARRAY(JSON('') NULL ON NULL) => [null]
        JSON_ARRAY(JSON('{"K')) => !! is no JSON
        JSON_STRING(n) => <null>
        JSON_STRING(1) => 1
        JSON_STRING(TRUE) => true
        JSON_STRING('Hello, World!') => "Hello, World!"
        JSON_STRING(ARRAY[1, 2]) => [1,2]
        JSON_STRING(MAP['b', 1, 'a', 2]) => {"a":2,"b":1}
        JSON_QUOTE('a "b" /ä') => "a \"b\" \/\u00e4"
        JSON_QUOTE(n) => <null>
        JSON_UNQUOTE('"a \"b\" \/\u00e4"') => a "b" /ä
        JSON_UNQUOTE('[1]') => [1]
        JSON_UNQUOTE('"a') => "a
        JSON_UNQUOTE('"a"b"') => "a"b"
        """);

    [Theory]
    [MemberData(nameof(Results))]
    public void Results_are_those_of_Flink(string call, string expected) =>
        FunctionLab.Check(call, expected.Replace(@"xä\n", "xä\n", StringComparison.Ordinal));

    [Theory]
    [InlineData("$..a")]
    [InlineData("$.a[?(@.b > 1)]")]
    [InlineData("$.a.length()")]
    [InlineData("$['a','b']")]
    public void A_path_that_is_not_supported_is_refused_and_not_guessed(string path) =>
        Assert.Contains("not supported", Assert.Throws<Sluice.Engine.Errors.DataException>(() => Sluice.Sql.Functions.Json.JsonPath.Parse(path)).Message, StringComparison.Ordinal);
}
