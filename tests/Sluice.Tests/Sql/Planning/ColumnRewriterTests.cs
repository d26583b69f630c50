using System.Runtime.CompilerServices;
using Sluice.Sql.Expressions;
using Sluice.Sql.Planning;

namespace Sluice.Tests.Sql.Planning;

public sealed class ColumnRewriterTests
{
    public static TheoryData<string> Expressions =>
        [.. typeof(BoundExpression).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(BoundExpression)) && !t.IsAbstract).Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void The_columns_of_every_kind_of_expression_can_be_replaced(string type)
    {
        // Nothing is in it, so that it fails, but not for being of an unknown kind.
        var empty = (BoundExpression)RuntimeHelpers.GetUninitializedObject(typeof(BoundExpression).Assembly.GetType(type)!);
        Assert.IsNotType<InvalidOperationException>(Record.Exception(() => ColumnRewriter.Replace(empty, c => c)));
    }
}
