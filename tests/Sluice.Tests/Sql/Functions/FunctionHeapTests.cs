using System.Text.RegularExpressions;

namespace Sluice.Tests.Sql.Functions;

/// <summary>Results are the same wherever the heap that they are written to has to grow: all examples of all functions, with something in
/// them that is no constant.</summary>
public sealed class FunctionHeapTests
{
    private const int MostRoom = 48;

    private static readonly Regex s_text = new("'(?:[^']|'')*'");

    private static readonly Regex s_number = new(@"(?<![\w.'])\d+(?![\w.'])");

    [Fact]
    public void Results_do_not_depend_on_the_place_where_the_heap_grows()
    {
        var compared = 0;
        foreach (var call in Calls())
        {
            if (new FunctionLab(TimeZoneInfo.Utc).WithHeapsOf(call, MostRoom) is { } texts)
            {
                Assert.True(texts.Distinct().Count() == 1, $"{call} gives {string.Join(" or ", texts.Distinct())}");
                compared++;
            }
        }

        Assert.True(compared > 200, $"only {compared} calls were compared");
    }

    /// <summary>Each example with its first text, and with its first number, made of a column.</summary>
    private static IEnumerable<string> Calls()
    {
        IEnumerable<TheoryData<string, string>> lists =
        [
            TextFunctionsTests.Documented, TextFunctionsTests.Edges, JsonFunctionsTests.Results, RegexFunctionsTests.Results,
            TemporalFunctionsTests.Results, CollectionFunctionsTests.Results, ArithmeticFunctionsTests.Results,
        ];
        foreach (var call in lists.SelectMany(l => l).Select(e => e.Data.Item1))
        {
            yield return call;
            yield return s_text.Replace(call, m => $"SUBSTRING(s || {m.Value}, 5)", 1);
            yield return s_number.Replace(call, m => $"(i - 7 + {m.Value})", 1);
        }
    }
}
