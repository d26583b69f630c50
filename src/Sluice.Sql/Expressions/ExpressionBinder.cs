using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Binding;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Expressions;

/// <summary>Finds out what an expression means: names, types, overloads. Errors go to the list, with their position; where one part of an
/// expression is wrong, the others are still looked at.</summary>
internal sealed class ExpressionBinder(SqlSession session, ErrorList errors)
{
    private readonly Folding _folding = new(session, errors);
    private Scope _scope = Scope.Empty;

    public SqlSession Session { get; } = session;

    public ErrorList Errors { get; } = errors;

    /// <returns>Null after one error or several were reported.</returns>
    public BoundExpression? Bind(Expression syntax, Scope scope)
    {
        var outer = _scope;
        _scope = scope;
        try
        {
            return Bind(syntax);
        }
        finally
        {
            _scope = outer;
        }
    }

    /// <summary>What WHERE and ON take: a BOOLEAN.</summary>
    public BoundExpression? BindCondition(Expression syntax, Scope scope)
    {
        var bound = Bind(syntax, scope);
        return bound is null ? null
            : bound.Type.Kind is TypeKind.Boolean or TypeKind.Null ? Conditionals.AsBoolean(bound)
            : Fail(syntax.Span, $"a condition must be BOOLEAN, and this is {bound.Type.Nullable()}");
    }

    /// <returns>Null after an error was reported.</returns>
    public SqlType? BindType(TypeSyntax syntax) => TypeBinder.Bind(syntax, Errors);

    /// <summary>The implicit cast of INSERT and of UNION: to a wider type only, as in Flink.</summary>
    /// <param name="what">What is assigned to, for the message: <c>column 'a'</c>.</param>
    public BoundExpression? Assign(BoundExpression value, SqlType target, string what)
    {
        if (value.Type.SameAs(target))
        {
            return value;
        }

        return ImplicitCasts.Allows(value.Type, target) && Cast.To(value, target, value.Span) is { } cast
            ? _folding.Fold(cast)
            : Fail(value.Span, $"{what} is {target.Nullable()} and the value is {value.Type.Nullable()}; write CAST(... AS {target.Nullable()})");
    }

    private BoundExpression? Bind(Expression syntax)
    {
        if (Refusals.Of(syntax) is { } refusal)
        {
            return Fail(syntax.Span, refusal);
        }

        return Node(syntax) is { } bound ? _folding.Fold(bound) : null;
    }

    private BoundExpression? Node(Expression syntax) => syntax switch
    {
        ColumnReference column => Column(column),
        UnaryExpression unary => Unary(unary),
        BinaryExpression binary => Binary(binary),
        IsExpression test => Is(test),
        DistinctFromExpression distinct => Bind(distinct.Left, distinct.Right) is ({ } l, { } r)
            ? Comparisons.DistinctFrom(l, r, distinct.Negated, distinct.Span, _folding) : null,
        BetweenExpression between => Between(between),
        InListExpression list => Lists.In(All([list.Operand, .. list.Items]), list.Negated, list.Span, _folding),
        QuantifiedExpression quantified => Lists.Quantified(All([quantified.Left, .. quantified.Items]), quantified, _folding),
        LikeExpression like => Like(like),
        CaseExpression @case => Case(@case),
        CastExpression cast => CastTo(cast),
        ArrayExpression array => All(array.Items) is { } items ? Nested.Array(items, array.Span, Errors) : null,
        MapExpression map => All(map.KeysAndValues) is { } entries ? Nested.Map(entries, map.Span, Errors) : null,
        RowExpression row => All(row.Items) is { } items ? Nested.Row(items, row.Span) : null,
        ElementExpression element => Bind(element.Operand, element.Index) is ({ } operand, { } index) ? Nested.Element(operand, index, element.Span, Errors) : null,
        FieldExpression field => Bind(field.Operand) is { } row ? Scope.Field(row, field.Field, field.Span, Errors) : null,
        FunctionCall call => Call(call),
        _ when JsonForms.IsJson(syntax) => JsonForms.Bind(syntax, Bind, BindType, _folding),
        _ => Literals.Bind(syntax, Errors),
    };

    private BoundExpression? Column(ColumnReference column) => _scope.Resolve(column.Name, Errors);

    private BoundExpression? Unary(UnaryExpression unary)
    {
        if (unary is { Operator: UnaryOperator.Minus, Operand: NumberLiteral number })
        {
            return Literals.Number(number, true, unary.Span, Errors);
        }

        if (Bind(unary.Operand) is not { } operand)
        {
            return null;
        }

        if (unary.Operator == UnaryOperator.Not)
        {
            return operand.Type.Kind is TypeKind.Boolean or TypeKind.Null
                ? Lists.Not(Conditionals.AsBoolean(operand), unary.Span)
                : Fail(unary.Span, $"NOT takes a BOOLEAN, and this is {operand.Type.Nullable()}");
        }

        if (!operand.Type.IsNumeric && !operand.Type.IsInterval && operand.Type.Kind != TypeKind.Null)
        {
            return Fail(unary.Span, $"{(unary.Operator == UnaryOperator.Minus ? "-" : "+")} takes a number, and this is {operand.Type.Nullable()}");
        }

        return unary.Operator == UnaryOperator.Plus || operand.IsNullLiteral ? operand : Arithmetic.Negate(operand, unary.Span);
    }

    private BoundExpression? Binary(BinaryExpression binary)
    {
        if (Bind(binary.Left, binary.Right) is not ({ } left, { } right))
        {
            return null;
        }

        switch (binary.Operator)
        {
            case BinaryOperator.And or BinaryOperator.Or:
                foreach (var side in new[] { left, right })
                {
                    if (side.Type.Kind is not (TypeKind.Boolean or TypeKind.Null))
                    {
                        return Fail(side.Span, $"{Arithmetic.Symbol(binary.Operator)} takes BOOLEANs, and this is {side.Type.Nullable()}");
                    }
                }

                return new BoundLogic(binary.Operator == BinaryOperator.And, Conditionals.AsBoolean(left), Conditionals.AsBoolean(right), binary.Span);
            case BinaryOperator.Concat:
                return Concatenation.Bind(left, right, binary.Span, binary.OperatorSpan, Errors);
            case BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Remainder:
                return Arithmetic.Bind(binary.Operator, left, right, binary.Span, binary.OperatorSpan, Errors);
            default:
                return Comparisons.Compare(binary.Operator, left, right, binary.Span, binary.OperatorSpan, _folding);
        }
    }

    private BoundExpression? Is(IsExpression test)
    {
        if (Bind(test.Operand) is not { } operand)
        {
            return null;
        }

        if (test.Test == IsTest.Null)
        {
            return new BoundIsNull(operand, test.Negated, test.Span);
        }

        if (operand.Type.Kind is not (TypeKind.Boolean or TypeKind.Null))
        {
            return Fail(test.Span, $"IS {test.Test.ToString().ToUpperInvariant()} takes a BOOLEAN, and this is {operand.Type.Nullable()}");
        }

        operand = Conditionals.AsBoolean(operand);
        return test.Test == IsTest.Unknown
            ? new BoundIsNull(operand, test.Negated, test.Span)
            : new BoundIsTruth(operand, test.Test == IsTest.True, test.Negated, test.Span);
    }

    private BoundExpression? Between(BetweenExpression between)
    {
        if (All([between.Operand, between.Low, between.High]) is not [var operand, var low, var high]
            || Comparisons.Between(operand, low, high, between.Symmetric, between.Span, _folding) is not { } inside)
        {
            return null;
        }

        return between.Negated ? Lists.Not(inside, between.Span) : inside;
    }

    private BoundExpression? Like(LikeExpression like)
    {
        if (All(like.Escape is null ? [like.Operand, like.Pattern] : [like.Operand, like.Pattern, like.Escape]) is not { } parts
            || LikeBinding.Bind(like.Kind, parts[0], parts[1], parts.Count > 2 ? parts[2] : null, like.Span, Errors) is not { } matches)
        {
            return null;
        }

        return like.Negated ? Lists.Not(matches, like.Span) : matches;
    }

    private BoundExpression? Case(CaseExpression syntax)
    {
        var operand = syntax.Operand is null ? null : Bind(syntax.Operand);
        var otherwise = syntax.Else is null ? null : Bind(syntax.Else);
        var branches = syntax.Branches.Select(b => (When: All(b.When), Then: Bind(b.Then), Syntax: b)).ToList();
        if ((operand is null && syntax.Operand is not null) || (otherwise is null && syntax.Else is not null)
            || branches.Exists(b => b.When is null || b.Then is null))
        {
            return null;
        }

        BoundExpression? With(BoundExpression? of)
        {
            var bound = branches.Select(b => (Condition: Condition(of, b.When!, b.Syntax.Span), b.Then)).ToList();
            return bound.Exists(b => b.Condition is null)
                ? null
                : Conditionals.Case([.. bound.Select(b => new BoundBranch(b.Condition!, b.Then!))], otherwise, syntax.Span, Errors);
        }

        return operand is null ? With(null) : BoundLet.Around(operand, With);
    }

    private BoundExpression? Condition(BoundExpression? operand, List<BoundExpression> when, SourceSpan span)
    {
        if (operand is not null)
        {
            return Lists.In([operand, .. when], false, span, _folding);
        }

        return when[0].Type.Kind is TypeKind.Boolean or TypeKind.Null
            ? Conditionals.AsBoolean(when[0])
            : Fail(when[0].Span, $"WHEN takes a condition, and this is {when[0].Type.Nullable()}");
    }

    private BoundExpression? CastTo(CastExpression syntax)
    {
        var (operand, type) = (Bind(syntax.Operand), BindType(syntax.Type));
        if (operand is null || type is null)
        {
            return null;
        }

        return Cast.To(operand, type, syntax.Span, syntax.Try)
            ?? Fail(syntax.Span, CastHints.Refusal(operand.Type.Nullable(), type.Nullable()));
    }

    private BoundExpression? Call(FunctionCall call)
    {
        if (Refusals.Of(call) is { } refused)
        {
            Errors.Add(refused);
            return null;
        }

        if (call.Arguments is [TrimSideArgument side, var characters, var text])
        {
            // TRIM(LEADING y FROM x) is LTRIM(x, y).
            var name = side.Side switch { TrimSide.Leading => "LTRIM", TrimSide.Trailing => "RTRIM", _ => "BTRIM" };
            var plain = new QualifiedName(call.Name.Span, [new Identifier(call.Name.Span, name)]);
            return All([text, characters]) is { } trimmed ? FunctionCalls.Bind(call with { Name = plain }, trimmed, _folding) : null;
        }

        var arguments = call.Arguments.Select(a => a is TimeUnitArgument unit ? new BoundUnit(unit.Unit, unit.Span) : Bind(a)).ToList();
        return arguments.Contains(null) ? null : SpecialCalls.Bind(call, [.. arguments.OfType<BoundExpression>()], _folding);
    }

    private (BoundExpression? Left, BoundExpression? Right) Bind(Expression left, Expression right) => (Bind(left), Bind(right));

    /// <summary>All of them, or null after errors in some.</summary>
    private List<BoundExpression>? All(IReadOnlyList<Expression> syntaxes)
    {
        var bound = syntaxes.Select(Bind).ToList();
        return bound.Contains(null) ? null : [.. bound.OfType<BoundExpression>()];
    }

    private BoundExpression? Fail(SourceSpan span, string message)
    {
        Errors.Add(span, message);
        return null;
    }
}
