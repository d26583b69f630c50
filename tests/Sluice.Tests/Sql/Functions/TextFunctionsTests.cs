namespace Sluice.Tests.Sql.Functions;

public class TextFunctionsTests
{
    public static TheoryData<string, string> Documented => FunctionLab.Examples("""
        CHAR_LENGTH('Flink') => 5
        UPPER('flink') => FLINK
        LOWER('FLINK') => flink
        POSITION('in' IN 'Flink') => 3
        POSITION('x' IN 'Flink') => 0
        TRIM('  a b ') => a b
        TRIM(BOTH 'x' FROM 'xxaxx') => a
        TRIM(LEADING 'x' FROM 'xxaxx') => axx
        TRIM(TRAILING 'x' FROM 'xxaxx') => xxa
        LTRIM(' This is a test String.') => This is a test String.
        LTRIM('xyxtest', 'xy') => test
        RTRIM('This is a test String. ') => This is a test String.
        RTRIM('testxyx', 'xy') => test
        BTRIM('  test  ') => test
        BTRIM('xytestyx', 'xy') => test
        REPEAT('This is a test String.', 2) => This is a test String.This is a test String.
        OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6) => xxxxxxxxx
        OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6 FOR 2) => xxxxxxxxxst
        STARTSWITH('abc', 'ab') => TRUE
        STARTSWITH('abc', '') => TRUE
        ENDSWITH('abc', 'bc') => TRUE
        ENDSWITH('abc', 'ab') => FALSE
        SUBSTRING('Flink' FROM 2) => link
        SUBSTRING('Flink' FROM 2 FOR 3) => lin
        SUBSTR('Flink', 3) => ink
        REPLACE('hello world', 'world', 'flink') => hello flink
        REPLACE('ababab', 'abab', 'z') => zab
        TRANSLATE('www.apache.org', 'abcde', '123') => www.1p13h.org
        TRANSLATE('www.apache.org', 'abc', '12345') => www.1p13he.org
        TRANSLATE('www.apache.org', '...', '123') => www1apache1org
        TRANSLATE('www.apache.org', 'abc', n) => www.phe.org
        TRANSLATE('www.apache.org', n, '123') => www.apache.org
        INITCAP('hello WORLD of flink') => Hello World Of Flink
        CONCAT('AA', 'BB', 'CC') => AABBCC
        CONCAT('AA', n) => <null>
        CONCAT_WS('~', 'AA', n, 'BB', '', 'CC') => AA~BB~~CC
        CONCAT_WS(n, 'AA') => <null>
        LPAD('hi', 4, '??') => ??hi
        LPAD('hi', 1, '??') => h
        RPAD('hi', 4, '??') => hi??
        RPAD('hi', 1, '??') => h
        FROM_BASE64('aGVsbG8gd29ybGQ=') => hello world
        TO_BASE64('hello world') => aGVsbG8gd29ybGQ=
        ASCII('abc') => 97
        ASCII(n) => <null>
        CHR(97) => a
        CHR(353) => a
        DECODE(ENCODE('Flink', 'UTF-16'), 'UTF-16') => Flink
        INSTR('Flink SQL', 'SQL') => 7
        LEFT('Flink', 2) => Fl
        LEFT('Flink', -1) =>
        RIGHT('Flink', 3) => ink
        RIGHT('Flink', -1) =>
        LOCATE('l', 'hello', 4) => 4
        LOCATE('l', 'hello') => 3
        LOCATE('x', 'hello') => 0
        URL_ENCODE('a b&c=ä') => a+b%26c%3D%C3%A4
        URL_DECODE('a+b%26c%3D%C3%A4') => a b&c=ä
        URL_DECODE('100%') => <null>
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'HOST') => facebook.com
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'PATH') => /path1/p.php
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'QUERY') => k1=v1&k2=v2
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'REF') => Ref1
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'PROTOCOL') => http
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'FILE') => /path1/p.php?k1=v1&k2=v2
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'AUTHORITY') => facebook.com
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'USERINFO') => <null>
        PARSE_URL('http://facebook.com/path1/p.php?k1=v1&k2=v2#Ref1', 'QUERY', 'k1') => v1
        REVERSE('Flink') => knilF
        INET_ATON('127.0.0.1') => 2130706433
        INET_ATON('127.1') => 2130706433
        INET_ATON('127.1.2') => 2130771970
        INET_ATON('256.0.0.1') => <null>
        INET_ATON('1..2') => <null>
        INET_NTOA(2130706433) => 127.0.0.1
        INET_NTOA(-1) => <null>
        IS_VALID_UTF8(x'48656C6C6F') => TRUE
        IS_VALID_UTF8(x'80') => FALSE
        MAKE_VALID_UTF8(x'48656C6C6F') => Hello
        MAKE_VALID_UTF8(x'80') => �
        TRANSLATE('www.apache.org', 'wapcheorg', ' APCHEcom') => ~~~.APACHE.com
        BTRIM('/www.apache.org/', '/') => www.apache.org
        SPLIT_INDEX('AQIDBA', 'I', 0) => AQ
        SPLIT_INDEX('a,b,,c', ',', 2) =>
        SPLIT_INDEX('a,b', ',', 5) => <null>
        SPLIT_INDEX('a,b', ',', -1) => <null>
        SPLIT('a,b,,', ',') => [a, b, , ]
        SPLIT('abc', '') => [a, b, c]
        SPLIT('abc', ',') => [abc]
        STR_TO_MAP('k1=v1,k2=v2') => {k1=v1, k2=v2}
        STR_TO_MAP('k1:v1;k2:v2', ';', ':') => {k1=v1, k2=v2}
        STR_TO_MAP('k1$$v1|k2$$v2', '\|', '\$\$') => {k1=v1, k2=v2}
        STR_TO_MAP('k1,k2=1=2') => {k1=NULL, k2=1=2}
        ELT(1, 'scala', 'java') => scala
        ELT(2, 'scala', 'java') => java
        ELT(3, 'scala', 'java') => <null>
        PRINTF('%s is %d years, %5.2f|%-4s|%04d|%x', 'Ann', 30, 1.256, 'ab', 7, 255) => Ann is 30 years, ~1.26|ab~~|0007|ff
        PRINTF('%d %s', n, n) => null null
        PRINTF('%d', 'x') => <null>
        PRINTF('%2$s %1$s %%', 'a', 'b') => b a %
        PRINTF('%,d %+d %(d %e', 1234567, 5, -3, 12345.678e0) => 1,234,567 +5 (3) 1.234568e+04
        MD5('abc') => 900150983cd24fb0d6963f7d28e17f72
        SHA1('abc') => a9993e364706816aba3e25717850c26c9cd0d89d
        SHA224('abc') => 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7
        SHA256('abc') => ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        SHA384('abc') => cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
        SHA2('abc', 224) => 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7
        SHA2('', 256) => e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        SHA2('abc', 100) => !! 224, 256, 384 or 512
        IS_ALPHA('abc') => TRUE
        IS_ALPHA('ab1') => FALSE
        IS_ALPHA('') => FALSE
        IS_ALPHA(n) => FALSE
        IS_ALPHA(1) => FALSE
        IS_DIGIT('123') => TRUE
        IS_DIGIT('12a') => FALSE
        IS_DIGIT(12) => TRUE
        IS_DECIMAL('11.4445') => TRUE
        IS_DECIMAL('-1.5e10') => TRUE
        IS_DECIMAL('abc') => FALSE
        IS_DECIMAL(n) => FALSE
        IS_DECIMAL(1.5) => TRUE
        GREATEST(1, 3, 2) => 3
        GREATEST(1, 2.5) => 2.5
        GREATEST('a', 'b') => b
        GREATEST(1, CAST(NULL AS INT)) => <null>
        LEAST(3, 1, 2) => 1
        LEAST(DATE '2026-01-02', DATE '2025-12-31') => 2025-12-31
        TYPEOF(1) => INT NOT NULL
        TYPEOF('Flink') => CHAR(5) NOT NULL
        TYPEOF(s) => STRING
        TYPEOF(n, TRUE) => STRING
        """);

    public static TheoryData<string, string> Edges => FunctionLab.Examples("""
        CHAR_LENGTH('äöü€😀') => 5
        CHAR_LENGTH('') => 0
        UPPER('äöü€ß') => ÄÖÜ€SS
        LOWER('ÄÖÜ') => äöü
        SUBSTRING('äöü€😀', 2, 3) => öü€
        SUBSTRING('Flink', -3) => ink
        SUBSTRING('Flink', -3, 2) => in
        SUBSTRING('Flink', -9) =>
        SUBSTRING('Flink', 0, 2) => Fl
        SUBSTRING('Flink', 9) =>
        SUBSTRING('Flink', 2, -1) => <null>
        SUBSTRING('', 1) =>
        SUBSTRING(n, 1) => <null>
        LEFT('äöü', 2) => äö
        RIGHT('äöü', 2) => öü
        RIGHT('ab', 5) => ab
        REVERSE('aä€😀') => 😀€äa
        OVERLAY('Flink' PLACING 'x' FROM 0) => Flink
        OVERLAY('Flink' PLACING 'x' FROM 6) => Flink
        OVERLAY('Flink' PLACING '' FROM 2) => F
        REPEAT('ab', 0) =>
        REPEAT('ab', -1) =>
        REPEAT('0123456789', 2000000000) => !! the most is
        REPLACE('aaa', 'a', '') =>
        REPLACE('ab', '', '-') => -a-b-
        REPLACE('abc', 'x', 'y') => abc
        LPAD('ä', 3, 'ö€') => ö€ä
        LPAD('hi', -1, '?') => <null>
        LPAD('hi', 5, '') => <null>
        LPAD('hi', 0, '?') =>
        TRIM(BOTH 'äö' FROM 'äöxöä') => x
        POSITION('' IN 'abc') => 1
        POSITION('€' IN 'ä€') => 2
        INSTR('hello', 'l', 1, 2) => 4
        INSTR('hello', 'l', -1, 1) => 4
        INSTR('hello', 'l', -1, 2) => 3
        INSTR('hello', 'l', 0, 1) => 0
        ASCII('') => 0
        CHR(-1) =>
        HEX(CHR(228)) => C3A4
        FROM_BASE64('YQ') => a
        FROM_BASE64('a') => !! no base64
        FROM_BASE64('YQ ==') => !! no base64
        DECODE(ENCODE('ä', 'ISO-8859-1'), 'ISO-8859-1') => ä
        ENCODE('a', 'KOI8') => !! no character set
        TRANSLATE('www.😀.org', '.😀', '😀.') => www😀.😀org
        INITCAP('o''neil-smith 3rd') => O'Neil-Smith 3rd
        SPLIT_INDEX('', ',', 0) => <null>
        SPLIT_INDEX('a b', '', 1) => b
        SPLIT_INDEX('aIb', 73, 1) => b
        STR_TO_MAP('') => {}
        STR_TO_MAP('a=1,a=2') => {a=2}
        PARSE_URL('https://user:pw@[::1]:8080/a?b#c', 'HOST') => [::1]
        PARSE_URL('https://user:pw@[::1]:8080/a?b#c', 'USERINFO') => user:pw
        PARSE_URL('https://user:pw@[::1]:8080/a?b#c', 'AUTHORITY') => user:pw@[::1]:8080
        PARSE_URL('http://h', 'PATH') =>
        PARSE_URL('no url', 'HOST') => <null>
        PARSE_URL('http://h?ab=1&b=2', 'QUERY', 'b') => 2
        PARSE_URL('http://h', 'HOUSE') => <null>
        MD5('') => d41d8cd98f00b204e9800998ecf8427e
        SHA224('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq') => 75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525
        CONCAT('', '') =>
        CONCAT(s, '!', s) => text!text
        UPPER(s) => TEXT
        UPPER(n) => <null>
        """);

    [Theory]
    [MemberData(nameof(Documented))]
    public void Results_are_those_of_Flink(string call, string expected) => FunctionLab.Check(call, expected);

    [Theory]
    [MemberData(nameof(Edges))]
    public void Empty_multibyte_and_out_of_range_arguments_have_defined_results(string call, string expected) => FunctionLab.Check(call, expected);

    [Fact]
    public void An_unknown_function_is_refused_with_the_nearest_name() => Assert.Contains("did you mean SUBSTRING", FunctionLab.Refusal("SUBSTRNG('a', 1)"), StringComparison.Ordinal);
}
