using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Functions;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Compiling;

/// <summary>Collects the statements that a loop over rows does for each of them. Values stand in locals; what does not change between
/// rows (arrays of columns, constants, the state of places of call) is fetched into locals before the loop.</summary>
internal sealed class Emitter
{
    private readonly List<ParameterExpression> _locals = [];
    private readonly List<Code> _prologue = [];
    private readonly List<Func<EvaluationState, object>> _items = [];
    private readonly Dictionary<object, ParameterExpression> _hoisted = [];
    private readonly Dictionary<object, Emitted> _variables = new(ReferenceEqualityComparer.Instance);
    private List<Code> _block = [];

    public ParameterExpression State { get; } = Code.Parameter(typeof(EvaluationState), "state");

    public ParameterExpression Inputs { get; } = Code.Parameter(typeof(Column[]), "inputs");

    /// <summary>The row of the input.</summary>
    public ParameterExpression Row { get; } = Code.Parameter(typeof(int), "row");

    public IReadOnlyList<ParameterExpression> Locals => _locals;

    /// <summary>Statements before the loop.</summary>
    public IReadOnlyList<Code> Prologue => _prologue;

    public IReadOnlyList<Func<EvaluationState, object>> Items => _items;

    public Emitted Emit(BoundExpression expression) => expression.Emit(this);

    public void Add(Code statement) => _block.Add(statement);

    public ParameterExpression Local(Type type)
    {
        var local = Code.Parameter(type);
        _locals.Add(local);
        return local;
    }

    /// <summary>A new local with a value.</summary>
    public ParameterExpression Assign(Code value)
    {
        var local = Local(value.Type);
        Add(Code.Assign(local, value));
        return local;
    }

    public void If(Code condition, Action then, Action? otherwise = null)
    {
        var (yes, no) = (Block(then), otherwise is null ? null : Block(otherwise));
        Add(no is null ? Code.IfThen(condition, yes) : Code.IfThenElse(condition, yes, no));
    }

    /// <summary>The statements that <paramref name="body"/> adds, as one.</summary>
    public Code Block(Action body)
    {
        var outer = _block;
        _block = [];
        body();
        var block = _block.Count == 0 ? (Code)Code.Empty() : Code.Block(typeof(void), _block);
        _block = outer;
        return block;
    }

    /// <summary>A local set before the loop; the same one for the same key.</summary>
    public ParameterExpression Hoist(object key, Func<Code> value)
    {
        if (!_hoisted.TryGetValue(key, out var local))
        {
            var initial = value();
            local = Local(initial.Type);
            _prologue.Add(Code.Assign(local, initial));
            _hoisted.Add(key, local);
        }

        return local;
    }

    /// <summary>An object that each task has one of.</summary>
    public ParameterExpression Item(Type type, Func<EvaluationState, object> make)
    {
        var index = _items.Count;
        _items.Add(make);
        return Hoist((typeof(EvaluationState), index), () => Code.Convert(Code.ArrayIndex(Code.Property(State, nameof(EvaluationState.Items)), Code.Constant(index)), type));
    }

    /// <summary>A constant: in the code itself where that is possible.</summary>
    public Code Constant(object value) => value is bool or int or long or float or double or string or Enum
        ? Code.Constant(value)
        : Item(value.GetType(), _ => value);

    /// <summary>A scratch column of a place of call.</summary>
    public ParameterExpression Scratch(SqlType type) => Item(Values.ColumnType(type), state => state.Scratch(type));

    public Code Heap => Hoist(nameof(Heap), () => Code.Property(State, nameof(EvaluationState.Heap)));

    public Code Context => Hoist(nameof(Context), () => Code.Property(State, nameof(EvaluationState.Context)));

    public Code Zone => Hoist(nameof(Zone), () => Code.Property(Context, nameof(FunctionContext.Zone)));

    public void Define(BoundVariable variable, Emitted value) => _variables[variable.Key] = value;

    public Emitted ValueOf(BoundVariable variable) => _variables[variable.Key];
}
