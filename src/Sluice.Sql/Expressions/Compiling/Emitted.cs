using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Compiling;

/// <summary>Where the value of an expression is found after its statements have run: locals or constants, free to be read more than once.</summary>
/// <param name="Value">Of the type of the value's storage; anything where the value is null.</param>
/// <param name="Null">Whether the value is null; null where it never is.</param>
internal readonly record struct Emitted(Code Value, Code? Null)
{
    public bool IsAlwaysNull => Null is System.Linq.Expressions.ConstantExpression { Value: true };

    /// <summary>A condition that holds where the value is TRUE: not where it is FALSE or NULL.</summary>
    public Code IsTrue => Null is null ? Value : Code.AndAlso(Code.Not(Null), Value);

    /// <summary>A condition that holds where the value is FALSE.</summary>
    public Code IsFalse => Null is null ? Code.Not(Value) : Code.AndAlso(Code.Not(Null), Code.Not(Value));

    public Code IsNull => Null ?? Code.Constant(false);
}
