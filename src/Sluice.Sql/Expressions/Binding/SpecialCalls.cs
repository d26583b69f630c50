using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Functions that do not compute all of their arguments, or take any types: COALESCE and its kin. All others are in the table.</summary>
internal static class SpecialCalls
{
    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(FunctionCall call, IReadOnlyList<BoundExpression> arguments, Folding folding)
    {
        var name = call.Name.ToString().ToUpperInvariant();
        switch (name)
        {
            case "COALESCE":
                return Counted(call, arguments, "COALESCE(a, b, ...)", arguments.Count > 0, folding)
                    ? Conditionals.Coalesce(arguments, name, call.Span, folding.Errors) : null;
            case "IFNULL":
                return Counted(call, arguments, "IFNULL(a, b)", arguments.Count == 2, folding)
                    ? Conditionals.Coalesce(arguments, name, call.Span, folding.Errors) : null;
            case "NULLIF":
                return Counted(call, arguments, "NULLIF(a, b)", arguments.Count == 2, folding)
                    ? Conditionals.NullIf(arguments[0], arguments[1], call.Span, folding) : null;
            case "IF":
                return Counted(call, arguments, "IF(condition, a, b)", arguments.Count == 3, folding)
                    ? Conditionals.If(arguments[0], arguments[1], arguments[2], call.Span, folding.Errors) : null;
            default:
                return FunctionCalls.Bind(call, arguments, folding);
        }
    }

    private static bool Counted(FunctionCall call, IReadOnlyList<BoundExpression> arguments, string form, bool isRight, Folding folding)
    {
        if (!isRight)
        {
            folding.Errors.Add(call.Span, $"this call has {arguments.Count} arguments; it is written {form}");
        }

        return isRight;
    }
}
