using System.Linq.Expressions;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions.Json;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions;

/// <summary>What ON EMPTY and ON ERROR give.</summary>
/// <param name="Fails">ERROR ON ...</param>
/// <param name="Default">Null: NULL.</param>
internal sealed record JsonOutcomeValue(bool Fails, BoundExpression? Default);

/// <summary>JSON_VALUE and JSON_QUERY.</summary>
/// <param name="Search">Takes text, path and the state of the place (<see cref="JsonCall"/>); gives a <see cref="JsonFound{T}"/>.</param>
internal sealed record BoundJson(
    string Name, IReadOnlyList<BoundExpression> Arguments, CallCode Search, JsonOutcomeValue OnEmpty, JsonOutcomeValue OnError, SqlType Type, SourceSpan Span)
    : BoundExpression(Type, Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [.. Arguments, .. new[] { OnEmpty.Default, OnError.Default }.OfType<BoundExpression>()];

    internal override Emitted Emit(Emitter to)
    {
        var arguments = Arguments.Select(to.Emit).ToList();
        if (arguments.Exists(a => a.IsAlwaysNull))
        {
            return new Emitted(Code.Default(Values.ClrType(Type)), Code.Constant(true));
        }

        var nulls = arguments.Select(a => a.Null).OfType<Code>().ToList();
        return BoundCall.Guarded(to, nulls, () =>
        {
            var call = to.Item(typeof(JsonCall), _ => new JsonCall());
            var found = to.Assign(Search(to, [.. arguments.Select(a => a.Value), call]));
            var outcome = Code.Property(found, nameof(JsonFound<bool>.Outcome));
            var result = new Emitted(to.Local(Values.ClrType(Type)), to.Local(typeof(bool)));
            to.If(
                Code.Equal(outcome, Code.Constant(JsonOutcome.Value)),
                () => Take(to, new Emitted(Code.Property(found, nameof(JsonFound<bool>.Value)), null), result),
                () => to.If(
                    Code.Equal(outcome, Code.Constant(JsonOutcome.Empty)),
                    () => Otherwise(to, OnEmpty, Code.Call(typeof(JsonSearch), nameof(JsonSearch.EmptyFailure), null, Code.Constant(Name)), result),
                    () => Otherwise(to, OnError, Code.Call(typeof(JsonSearch), nameof(JsonSearch.Failure), null, Code.Constant(Name), call), result)));
            return result;
        });
    }

    private static void Otherwise(Emitter to, JsonOutcomeValue behavior, Code failure, Emitted result)
    {
        if (behavior.Fails)
        {
            to.Add(Code.Throw(failure));
        }

        Take(to, behavior.Default is null ? new Emitted(Code.Default(result.Value.Type), Code.Constant(true)) : to.Emit(behavior.Default), result);
    }

    private static void Take(Emitter to, Emitted value, Emitted result)
    {
        to.Add(Code.Assign(result.Value, value.Value.Type == result.Value.Type ? value.Value : Code.Convert(value.Value, result.Value.Type)));
        to.Add(Code.Assign(result.Null!, value.IsNull));
    }
}

/// <summary>JSON_OBJECT and JSON_ARRAY.</summary>
/// <param name="Keys">Null for JSON_ARRAY.</param>
internal sealed record BoundJsonText(IReadOnlyList<(BoundExpression Value, bool IsJson)> Items, IReadOnlyList<string>? Keys, bool AbsentOnNull, SourceSpan Span)
    : BoundExpression(SqlType.String.NotNull(), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [.. Items.Select(i => i.Value)];

    internal override Emitted Emit(Emitter to)
    {
        var parts = Items.Select(i => new JsonPart(i.Value.Type, i.IsJson)).ToList();
        var construction = to.Item(typeof(JsonConstruction), state => Keys is null
            ? JsonConstruction.Array(parts, AbsentOnNull, state.Context.Zone)
            : JsonConstruction.Object(Keys, parts, AbsentOnNull, state.Context.Zone));
        var cells = to.Item(typeof(Cell[]), _ => new Cell[parts.Count]);
        for (var i = 0; i < parts.Count; i++)
        {
            to.Add(Code.Assign(Code.ArrayAccess(cells, Code.Constant(i)), BoundFunction.CellOf(to, Items[i].Value).Value));
        }

        return new Emitted(to.Assign(Code.Call(construction, nameof(JsonConstruction.Write), null, cells, to.Heap)), null);
    }
}

/// <summary><c>x IS [NOT] JSON</c>; a null is none.</summary>
internal sealed record BoundIsJson(BoundExpression Operand, JsonShape Shape, bool Negated, SourceSpan Span) : BoundExpression(SqlType.Boolean.NotNull(), Span)
{
    public override IReadOnlyList<BoundExpression> Parts => [Operand];

    internal override Emitted Emit(Emitter to)
    {
        var operand = to.Emit(Operand);
        var text = Code.Condition(operand.IsNull, Code.Default(typeof(Utf8?)), Code.Convert(operand.Value, typeof(Utf8?)));
        Code test = Code.Call(typeof(JsonShapes), nameof(JsonShapes.Is), null, text, Code.Constant(Shape));
        return new Emitted(to.Assign(Negated ? Code.Not(test) : test), null);
    }
}
