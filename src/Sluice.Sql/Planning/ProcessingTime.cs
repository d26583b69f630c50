using Sluice.Sql.Expressions;

namespace Sluice.Sql.Planning;

/// <summary>Whether an expression is the time at which a row is processed: PROCTIME() itself, or a column that is nothing else.</summary>
internal static class ProcessingTime
{
    public static bool Is(BoundExpression time, Relation rows) => time switch
    {
        BoundFunction { Function.Name: "PROCTIME" } => true,
        BoundColumn column => rows.Chains.All(c => Is(c, column.Index)),
        _ => false,
    };

    private static bool Is(Chain chain, int column)
    {
        for (var i = chain.Steps.Count - 1; i >= 0; i--)
        {
            if (chain.Steps[i] is not CalcStep calc)
            {
                // Other steps let through what comes in, and add columns of their own behind it.
                if (column >= chain.InputsOf(i))
                {
                    return false;
                }

                continue;
            }

            switch (calc.Outputs[column].Value)
            {
                case BoundFunction { Function.Name: "PROCTIME" }:
                    return true;
                case BoundColumn before:
                    column = before.Index;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
