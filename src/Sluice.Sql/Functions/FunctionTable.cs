using Sluice.Sql.Functions.Arithmetic;
using Sluice.Sql.Functions.Collections;
using Sluice.Sql.Functions.Json;
using Sluice.Sql.Functions.Regexes;
using Sluice.Sql.Functions.Temporal;
using Sluice.Sql.Functions.Text;

namespace Sluice.Sql.Functions;

/// <summary>All scalar functions that have the plain form of a call. Special forms (CASE, CAST, COALESCE, JSON_VALUE and so on) are the binder's.</summary>
internal static class FunctionTable
{
    private static readonly IReadOnlyList<ScalarFunction>[] s_topics =
    [
        ArithmeticFunctions.All, RoundingFunctions.All, RandomFunctions.All,
        CaseFunctions.All, SubstringFunctions.All, TrimFunctions.All, PadFunctions.All, SearchFunctions.All, JoinFunctions.All, SplitFunctions.All,
        NumberTexts.All, EncodingFunctions.All, UrlFunctions.All, InetFunctions.All, PrintfFunctions.All, HashFunctions.All, CharacterTests.All, RegexFunctions.All,
        ClockFunctions.All, ExtractFunctions.All, TimeMathFunctions.All, FormatFunctions.All, ParseFunctions.All,
        OrderFunctions.All, ArrayFunctions.All, ArraySetFunctions.All, ArrayOrderFunctions.All, MapFunctions.All,
        JsonFunctions.All,
    ];

    private static readonly Dictionary<string, ScalarFunction> s_byName = ByName();

    public static IEnumerable<ScalarFunction> All => s_topics.SelectMany(topic => topic);

    /// <summary>Names and aliases, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>By name or alias, whatever its case.</summary>
    public static ScalarFunction? Find(string name) => s_byName.GetValueOrDefault(name);

    private static Dictionary<string, ScalarFunction> ByName()
    {
        var found = new Dictionary<string, ScalarFunction>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in All)
        {
            foreach (var name in function.Aliases.Prepend(function.Name))
            {
                found.Add(name, function);
            }
        }

        return found;
    }
}
