namespace Sluice.Sql.Functions.Text;
/// <summary>PRINTF.</summary>
internal static class PrintfFunctions { public static IReadOnlyList<ScalarFunction> All { get; } = []; }
