using Sluice.Sql.Functions.Arithmetic;

namespace Sluice.Tests.Sql.Functions;

public class ArithmeticFunctionsTests
{
    public static TheoryData<string, string> Results => FunctionLab.Examples("""
        POWER(2, 10) => 1024.0
        POWER(4, 0.5) => 2.0
        ABS(-5) => 5
        ABS(CAST(-5.25 AS DECIMAL(5, 2))) => 5.25
        ABS(-1.5e0) => 1.5
        ABS(CAST(NULL AS INT)) => <null>
        ABS(CAST(-128 AS TINYINT)) => -128
        ABS(CAST(-32768 AS SMALLINT)) => -32768
        ROUND(CAST(127 AS TINYINT), -1) => -126
        ROUND(CAST(NULL AS TINYINT), -1) => <null>
        SQRT(16) => 4.0
        SQRT(-1) => NaN
        LN(1) => 0.0
        LN(0) => -Infinity
        LOG10(1000) => 3.0
        LOG2(8) => 3.0
        LOG(1) => 0.0
        LOG(2, 8) => 3.0
        EXP(0) => 1.0
        CEIL(1.2) => 2
        CEIL(-1.2) => -1
        CEILING(1.2e0) => 2.0
        FLOOR(-1.2) => -2
        FLOOR(1.9e0) => 1.0
        FLOOR(7) => 7
        SIN(0) => 0.0
        SINH(0) => 0.0
        COS(0) => 1.0
        COSH(0) => 1.0
        TAN(0) => 0.0
        TANH(0) => 0.0
        ASIN(0) => 0.0
        ACOS(1) => 0.0
        ATAN(0) => 0.0
        ATAN2(0, 1) => 0.0
        DEGREES(PI()) => 180.0
        RADIANS(180) => 3.141592653589793
        SIGN(-7) => -1
        SIGN(0) => 0
        SIGN(CAST(2.5 AS DECIMAL(3, 1))) => 1.0
        SIGN(-2.5e0) => -1.0
        ROUND(12345.12345, 2) => 12345.12
        ROUND(12345.6) => 12346
        ROUND(-2.5) => -3
        ROUND(2.675e0, 2) => 2.68
        ROUND(-0.4e0) => 0.0
        ROUND(1234, -2) => 1200
        ROUND(1250, -2) => 1300
        ROUND(1234.56, -2) => 1200
        ROUND(9.99, 1) => 10.0
        ROUND(1.5, 5) => 1.5
        TRUNCATE(123.456, 2) => 123.45
        TRUNCATE(42.324e0, 2) => 42.32
        TRUNCATE(42.324e0) => 42.0
        TRUNCATE(-42.9) => -42
        TRUNCATE(12345, -2) => 12300
        PI() => 3.141592653589793
        E() => 2.718281828459045
        BIN(4) => 100
        BIN(12) => 1100
        BIN(0) => 0
        BIN(-1) => 1111111111111111111111111111111111111111111111111111111111111111
        HEX(20) => 14
        HEX(100) => 64
        HEX('hello,world') => 68656C6C6F2C776F726C64
        HEX(-1) => FFFFFFFFFFFFFFFF
        DECODE(UNHEX('466C696E6B'), 'UTF-8') => Flink
        HEX(DECODE(UNHEX('F41'), 'ISO-8859-1')) => 0041
        UNHEX('4G') => <null>
        CHAR_LENGTH(DECODE(UNHEX(''), 'UTF-8')) => 0
        MOD(29, 9) => 2
        MOD(-7, 3) => -1
        MOD(CAST(7.5 AS DECIMAL(3, 1)), 2) => 1.5
        MOD(7, 0) => !! divides by zero
        CHAR_LENGTH(UUID()) => 36
        RAND() >= 0 AND RAND() < 1 => TRUE
        RAND_INTEGER(1) => 0
        RAND_INTEGER(0) => !! 1 or more
        """);

    public static TheoryData<string, string> Types => FunctionLab.Examples("""
        POWER(2, 10) => DOUBLE NOT NULL
        ABS(CAST(-5.25 AS DECIMAL(5, 2))) => DECIMAL(5, 2) NOT NULL
        CEIL(CAST(1.25 AS DECIMAL(5, 2))) => DECIMAL(5, 0) NOT NULL
        ROUND(CAST(12345.12345 AS DECIMAL(10, 5)), 2) => DECIMAL(8, 2) NOT NULL
        ROUND(CAST(1.5 AS DECIMAL(10, 5)), i) => DECIMAL(10, 5)
        TRUNCATE(CAST(123.456 AS DECIMAL(6, 3)), 2) => DECIMAL(6, 2) NOT NULL
        ROUND(i, 2) => INT
        MOD(CAST(44 AS BIGINT), 3) => INT NOT NULL
        BIN(i) => STRING
        UNHEX(s) => BYTES
        """);

    [Theory]
    [MemberData(nameof(Results))]
    public void Results_are_those_of_Flink(string call, string expected) => FunctionLab.Check(call, expected);

    [Theory]
    [MemberData(nameof(Types))]
    public void Types_follow_from_the_arguments(string call, string expected) => Assert.Equal(expected, new FunctionLab(TimeZoneInfo.Utc).Compute(call).Type);

    /// <summary>The sequence of java.util.Random(42), as its specification gives it: the first value of nextInt(10) is 0, of nextDouble 0.7275636800328681.</summary>
    [Fact]
    public void A_seed_gives_the_numbers_of_Java()
    {
        Assert.Equal(0.7275636800328681, new JavaRandom().Seeded(42).NextDouble());
        Assert.Equal(0, new JavaRandom().Seeded(42).Next(10));
    }
}
