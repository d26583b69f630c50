using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Binding;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>The types of results. Decimals: the formulas of Flink's LogicalTypeMerging, worked out by hand.</summary>
public sealed class TypeRuleTests
{
    // s = max(s1, s2), p = max(p1 - s1, p2 - s2) + s + 1; product: p1 + p2 + 1, s1 + s2; quotient: s = max(6, s1 + p2 + 1), p = p1 - s1 + s2 + s;
    // remainder: s = max(s1, s2), p = min(p1 - s1, p2 - s2) + s. Beyond 38: the scale gives way, down to 6.
    [Theory]
    [InlineData("Add", 10, 2, 5, 4, 13, 4)]
    [InlineData("Subtract", 10, 2, 10, 2, 11, 2)]
    [InlineData("Add", 38, 8, 32, 8, 38, 7)]
    [InlineData("Add", 38, 0, 38, 0, 38, 0)]
    [InlineData("Multiply", 10, 2, 5, 4, 16, 6)]
    [InlineData("Multiply", 30, 10, 30, 10, 38, 6)]
    [InlineData("Multiply", 20, 10, 20, 10, 38, 17)]
    [InlineData("Multiply", 38, 2, 38, 2, 38, 4)]
    [InlineData("Divide", 10, 2, 5, 4, 20, 8)]
    [InlineData("Divide", 3, 0, 2, 0, 9, 6)]
    [InlineData("Divide", 38, 10, 38, 10, 38, 6)]
    [InlineData("Remainder", 10, 2, 5, 4, 5, 4)]
    [InlineData("Remainder", 5, 0, 10, 3, 8, 3)]
    public void The_type_of_decimal_arithmetic_follows_the_formulas(string op, int p1, int s1, int p2, int s2, int precision, int scale) =>
        Assert.Equal(SqlType.Decimal(precision, scale), Arithmetic.ResultType(Enum.Parse<BinaryOperator>(op), SqlType.Decimal(p1, s1), SqlType.Decimal(p2, s2)));

    [Fact]
    public void The_common_type_is_the_narrowest_that_holds_all()
    {
        Assert.Equal(SqlType.Decimal(21, 2), CommonType.Of(SqlType.Int, SqlType.BigInt, SqlType.Decimal(2, 2)));
        Assert.Equal(SqlType.Double, CommonType.Of(SqlType.Float, SqlType.Decimal(2, 2)));
        Assert.Equal(SqlType.Float, CommonType.Of(SqlType.BigInt, SqlType.Float));
        Assert.Equal(SqlType.Varchar(3), CommonType.Of(SqlType.Char(2), SqlType.Char(3)));
        Assert.Equal(SqlType.Char(2), CommonType.Of(SqlType.Char(2), SqlType.Char(2)));
        Assert.Equal(SqlType.Timestamp(6), CommonType.Of(SqlType.Timestamp(3), SqlType.Timestamp(6)));
        Assert.Equal(SqlType.Array(SqlType.BigInt), CommonType.Of(SqlType.Array(SqlType.Int), SqlType.Array(SqlType.BigInt)));
        Assert.Equal(SqlType.Int, CommonType.Of(SqlType.Null, SqlType.Int.NotNull()));
        Assert.Equal(SqlType.Int.NotNull(), CommonType.Of(SqlType.TinyInt.NotNull(), SqlType.Int.NotNull()));
        Assert.Null(CommonType.Of(SqlType.Int, SqlType.String));
        Assert.Null(CommonType.Of(SqlType.Boolean, SqlType.Int));
        Assert.Null(CommonType.Of(SqlType.Date, SqlType.Timestamp(3)));
    }

    [Theory]
    [InlineData("i", "BIGINT", true)]
    [InlineData("l", "INT", false)]
    [InlineData("i", "DECIMAL(10, 2)", true)]
    [InlineData("p", "FLOAT", true)]
    [InlineData("d", "FLOAT", false)]
    [InlineData("c", "STRING", true)]
    [InlineData("s", "VARCHAR(2)", true)]
    [InlineData("s", "CHAR(2)", false)]
    [InlineData("s", "INT", false)]
    [InlineData("i", "STRING", false)]
    [InlineData("ts", "DATE", true)]
    [InlineData("dt", "TIMESTAMP(3)", false)]
    [InlineData("ts", "TIMESTAMP_LTZ(3)", true)]
    [InlineData("a", "ARRAY<BIGINT>", true)]
    [InlineData("a", "ARRAY<STRING>", false)]
    [InlineData("NULL", "INT", true)]
    public void Insert_casts_only_what_loses_nothing_without_being_asked(string expression, string target, bool allowed)
    {
        var evaluation = new Evaluation();
        var binder = new Sluice.Sql.Expressions.ExpressionBinder(Evaluation.Session, evaluation.Errors);
        var type = binder.BindType(Assert.IsType<CastExpression>(Evaluation.Parse($"CAST(NULL AS {target})")).Type)!;
        var assigned = binder.Assign(evaluation.Must(expression), type, "column 'q'");
        Assert.Equal(allowed, assigned is not null);
        if (!allowed)
        {
            Assert.StartsWith($"column 'q' is {target} and the value is ", Assert.Single(evaluation.Errors.Errors).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(assigned!.Type.SameAs(type));
        }
    }
}
