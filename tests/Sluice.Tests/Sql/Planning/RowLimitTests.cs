using Sluice.Engine.Connectors;
using Sluice.Sql.Planning;

namespace Sluice.Tests.Sql.Planning;

/// <summary>LIMIT ends a source, and changes nothing else of it.</summary>
public sealed class RowLimitTests
{
    [Theory]
    [InlineData(typeof(ISource))]
    [InlineData(typeof(ITableSource))]
    public void A_limited_source_hands_every_question_on_also_those_that_have_a_default_answer(Type contract) => Assert.All(
        typeof(LimitedSource).GetInterfaceMap(contract).TargetMethods,
        method => Assert.Equal(typeof(LimitedSource), method.DeclaringType));
}
