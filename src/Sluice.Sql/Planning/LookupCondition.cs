using Sluice.Engine.Types;
using Sluice.Sql.Binding;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>ON of a lookup join, taken apart: what the key is, and what else must hold for a match.</summary>
/// <param name="inputs">Columns from here on are the table's, in its order; those before it are the left side's.</param>
internal sealed class LookupCondition(BindingContext context, ExpressionBinder binder, TableUse use, LookupSyntax syntax, int inputs)
{
    private readonly BoundExpression?[] _keys = new BoundExpression?[use.Table.PrimaryKey!.Columns.Count];
    private readonly List<BoundExpression> _others = [];
    private bool _isBroken;

    /// <summary>The value of each column of the key, over the left side: of a type with the column's storage.</summary>
    public IReadOnlyList<BoundExpression> Keys => _keys!;

    /// <summary>What concerns the left side only; null where nothing does.</summary>
    public BoundExpression? OfStream { get; private set; }

    /// <summary>What concerns the table's columns too.</summary>
    public BoundExpression? OfTable { get; private set; }

    /// <returns>Null after errors were reported.</returns>
    public LookupCondition? Split(Scope scope)
    {
        foreach (var part in syntax.Join.On is { } on ? Parts(on) : [])
        {
            Add(part, scope);
        }

        if (!syntax.KeepMissing)
        {
            FromWhere(scope);
        }

        if (_isBroken)
        {
            return null;
        }

        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] is null)
            {
                RefuseMissing(i);
                return null;
            }
        }

        OfStream = Together(_others.Where(o => !IsOverTable(o)));
        OfTable = Together(_others.Where(IsOverTable));
        return this;
    }

    /// <summary>What ON leaves open may stand in WHERE, which stays as it is.</summary>
    private void FromWhere(Scope scope)
    {
        // Names of tables further on are not known yet: what WHERE has wrong is said when all are.
        var quiet = new ExpressionBinder(context.Session(), new ErrorList());
        foreach (var part in syntax.Where is null ? [] : Parts(syntax.Where))
        {
            if (part is BinaryExpression { Operator: BinaryOperator.Equal } equal
                && quiet.Bind(equal.Left, scope) is { } left && quiet.Bind(equal.Right, scope) is { } right
                && KeyOf(left, right, out var value) is >= 0 and var key && _keys[key] is null)
            {
                Take(key, value, equal);
            }
        }
    }

    private void Add(Expression part, Scope scope)
    {
        if (part is BinaryExpression { Operator: BinaryOperator.Equal } equal)
        {
            var (left, right) = (binder.Bind(equal.Left, scope), binder.Bind(equal.Right, scope));
            if (left is null || right is null)
            {
                _isBroken = true;
                return;
            }

            if (KeyOf(left, right, out var value) is >= 0 and var key)
            {
                if (_keys[key] is not null)
                {
                    context.Error(equal.Span, $"the key {Name(key)} is compared a second time; put other conditions into WHERE");
                    _isBroken = true;
                    return;
                }

                Take(key, value, equal);
                return;
            }
        }

        if (binder.BindCondition(part, scope) is not { } condition)
        {
            _isBroken = true;
        }
        else if (condition is not BoundLiteral { Value: true })
        {
            _others.Add(condition);
        }
    }

    /// <summary>Which column of the key an equality gives a value of the left side; -1 where it is something else.</summary>
    private int KeyOf(BoundExpression left, BoundExpression right, out BoundExpression value)
    {
        value = right;
        if (KeyOf(left) is >= 0 and var key && !IsOverTable(right))
        {
            return key;
        }

        value = left;
        return IsOverTable(left) ? -1 : KeyOf(right);
    }

    private int KeyOf(BoundExpression expression) => expression is BoundColumn column && column.Index >= inputs
        ? use.Table.PrimaryKey!.Columns.ToList().IndexOf(use.Table.Columns[column.Index - inputs].Name)
        : -1;

    private void Take(int key, BoundExpression value, BinaryExpression equal)
    {
        var type = use.Table.Find(use.Table.PrimaryKey!.Columns[key])!.Type.Nullable();
        _keys[key] = LookupKey.As(value, type, binder);
        if (_keys[key] is null)
        {
            var cast = Expressions.Casts.Cast.To(value, type, value.Span) is null ? "they cannot be compared" : $"write CAST({context.Source.Written(value.Span)} AS {type})";
            context.Error(equal.Span, $"the key {Name(key)} is {type} and is compared with {value.Type.Nullable()}; {cast}");
            _isBroken = true;
        }
    }

    private void RefuseMissing(int key)
    {
        var column = use.Table.Columns.ToList().FindIndex(c => c.Name == use.Table.PrimaryKey!.Columns[key]);
        var otherwise = _others.Find(o => Reads(o).Contains(inputs + column));
        var join = syntax.Join;
        if (otherwise is not null)
        {
            context.Error(otherwise.Span, $"rows of '{use.Table.Path.Name}' are found by the value of their key: write {Name(key)} = and an expression of the left side, joined to other conditions by AND");
        }
        else if (join.On is null)
        {
            context.Error(join.Keyword, $"this join does not say which row of '{use.Table.Path.Name}' it wants; write {(syntax.KeepMissing ? "LEFT " : "")}JOIN ... ON ... = {Name(key)}");
        }
        else
        {
            var columns = use.Table.PrimaryKey!.Columns;
            var otherwiseKey = columns.Count == 1 ? "" : $", or leave {columns[key]} out of PRIMARY KEY ({string.Join(", ", columns)})";
            context.Error(join.On.Span, $"ON has no value for the key {Name(key)}, by which rows of '{use.Table.Path.Name}' are found; add ... = {Name(key)}{otherwiseKey}");
        }
    }

    private string Name(int key) => $"{syntax.Name}.{use.Table.PrimaryKey!.Columns[key]}";

    private bool IsOverTable(BoundExpression expression) => Reads(expression).Exists(c => c >= inputs);

    private static List<int> Reads(BoundExpression expression)
    {
        var reads = new List<int>();
        ColumnRewriter.Collect(expression, reads);
        return reads;
    }

    private static BoundExpression? Together(IEnumerable<BoundExpression> conditions) =>
        conditions.Aggregate((BoundExpression?)null, (all, next) => all is null ? next : new BoundLogic(true, all, next, SourceSpan.Between(all.Span, next.Span)));

    /// <summary>The conditions that AND joins.</summary>
    private static IEnumerable<Expression> Parts(Expression condition) => condition is BinaryExpression { Operator: BinaryOperator.And } and
        ? Parts(and.Left).Concat(Parts(and.Right))
        : [condition];
}
