namespace Sluice.Tests.Sql.Parsing;

public class TypeTests
{
    [Theory]
    [InlineData("CHAR", "Char")]
    [InlineData("CHARACTER(3)", "Char(3)")]
    [InlineData("CHAR VARYING(3)", "Varchar(3)")]
    [InlineData("VARCHAR(2147483647)", "Varchar(2147483647)")]
    [InlineData("string", "String")]
    [InlineData("BINARY(2)", "Binary(2)")]
    [InlineData("BINARY VARYING", "Varbinary")]
    [InlineData("VARBINARY(9)", "Varbinary(9)")]
    [InlineData("BYTES", "Bytes")]
    [InlineData("DECIMAL", "Decimal")]
    [InlineData("DEC(5)", "Decimal(5)")]
    [InlineData("NUMERIC(38, 18)", "Decimal(38,18)")]
    [InlineData("TINYINT", "TinyInt")]
    [InlineData("SMALLINT", "SmallInt")]
    [InlineData("INT", "Int")]
    [InlineData("INTEGER", "Int")]
    [InlineData("BIGINT", "BigInt")]
    [InlineData("FLOAT", "Float")]
    [InlineData("DOUBLE", "Double")]
    [InlineData("DOUBLE PRECISION", "Double")]
    [InlineData("BOOLEAN", "Boolean")]
    [InlineData("DATE", "Date")]
    [InlineData("TIME(3) WITHOUT TIME ZONE", "Time(3)")]
    [InlineData("TIMESTAMP(3)", "Timestamp(3)")]
    [InlineData("TIMESTAMP WITHOUT TIME ZONE", "Timestamp")]
    [InlineData("TIMESTAMP(3) WITH TIME ZONE", "TimestampWithTimeZone(3)")]
    [InlineData("TIMESTAMP(3) WITH LOCAL TIME ZONE", "TimestampWithLocalTimeZone(3)")]
    [InlineData("TIMESTAMP_LTZ(9)", "TimestampWithLocalTimeZone(9)")]
    [InlineData("INTERVAL DAY(3) TO SECOND(6)", "(IntervalType (IntervalQualifier Day leadingprecision:3 Second fractionprecision:6))")]
    [InlineData("INTERVAL YEAR TO MONTH", "(IntervalType (IntervalQualifier Year Month))")]
    public void Scalar_types(string sql, string tree) => Assert.Equal(tree, Tree.OfType(sql));

    [Theory]
    [InlineData("INT NOT NULL", "Int not-null")]
    [InlineData("INT NULL", "Int null")]
    [InlineData("ARRAY<INT>", "(ArrayType Int)")]
    [InlineData("ARRAY<INT NOT NULL> NOT NULL", "(ArrayType Int not-null)")]
    [InlineData("INT ARRAY", "(ArrayType Int)")]
    [InlineData("INT NOT NULL ARRAY ARRAY", "(ArrayType (ArrayType Int not-null))")]
    [InlineData("MULTISET<STRING>", "(MultisetType String)")]
    [InlineData("INT MULTISET", "(MultisetType Int)")]
    [InlineData("MAP<STRING, ARRAY<INT>>", "(MapType String (ArrayType Int))")]
    [InlineData("ROW<a INT, `b c` STRING NOT NULL 'what it is'>", "(RowType [(RowField a Int) (RowField `b c` String not-null 'what it is')])")]
    [InlineData("ROW(a INT, b ROW<c ARRAY<ROW<d INT>>>)", "(RowType [(RowField a Int) (RowField b (RowType [(RowField c (ArrayType (RowType [(RowField d Int)])))]))])")]
    [InlineData("ROW<>", "(RowType)")]
    [InlineData("RAW('org.x.Y', 'AAA=')", "(OtherType RAW)")]
    public void Nested_types_and_nullability(string sql, string tree) => Assert.Equal(tree, Tree.OfType(sql));

    [Fact]
    public void A_misspelt_type_suggests_the_nearest() =>
        Assert.Equal(
            """
            job.sql:1:19: 'STRNG' is no type; did you mean 'STRING'?
            CREATE TABLE t (a STRNG)
                              ^^^^^
            """,
            Assert.Single(Tree.Errors("CREATE TABLE t (a STRNG)")));
}
