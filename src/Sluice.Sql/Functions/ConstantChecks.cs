using Sluice.Engine.Rows;
using Sluice.Sql.Functions.Regexes;
using Sluice.Sql.Functions.Temporal;

namespace Sluice.Sql.Functions;

/// <summary>Constants that no row could be computed with are refused when the statement is compiled.</summary>
internal static class ConstantChecks
{
    /// <summary>The argument of that number is a regular expression.</summary>
    public static Action<IReadOnlyList<object?>> Regex(int argument) => constants => JavaRegex.Translate(Text(constants, argument));

    public static Action<IReadOnlyList<object?>> Pattern(int argument, PatternDialect dialect) => constants => DatePattern.Parse(Text(constants, argument), dialect);

    /// <summary>The arguments of these numbers are names of time zones.</summary>
    public static Action<IReadOnlyList<object?>> Zones(params int[] arguments) => constants =>
    {
        foreach (var argument in arguments.Where(a => constants[a] is Utf8))
        {
            Temporal.Zones.Find(Text(constants, argument));
        }
    };

    /// <summary>The empty text, with which nothing is wrong, where it is no constant.</summary>
    public static string Text(IReadOnlyList<object?> constants, int argument) => constants[argument] is Utf8 text ? text.ToString() : "";
}
