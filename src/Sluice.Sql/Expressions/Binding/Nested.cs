using System.Globalization;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Casts;
using Sluice.Sql.Expressions.Types;
using Sluice.Sql.Parsing;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>Making arrays, maps and rows, and taking them apart.</summary>
internal static class Nested
{
    public static BoundExpression? Array(IReadOnlyList<BoundExpression> items, SourceSpan span, ErrorList errors)
    {
        if (items.Count == 0)
        {
            errors.Add(span, "an ARRAY without elements has no type; write CAST(NULL AS ARRAY<...>) or give it an element");
            return null;
        }

        return Conditionals.CommonTypeOf(items, "the elements of ARRAY", errors) is { } type
            ? new BoundArray([.. items.Select(i => Conditionals.As(i, type))], SqlType.Array(type).NotNull(), span)
            : null;
    }

    public static BoundExpression? Map(IReadOnlyList<BoundExpression> keysAndValues, SourceSpan span, ErrorList errors)
    {
        if (keysAndValues.Count == 0)
        {
            errors.Add(span, "a MAP without entries has no type; give it an entry");
            return null;
        }

        var keys = keysAndValues.Where((_, i) => i % 2 == 0).ToList();
        var values = keysAndValues.Where((_, i) => i % 2 == 1).ToList();
        var (key, value) = (Conditionals.CommonTypeOf(keys, "the keys of MAP", errors), Conditionals.CommonTypeOf(values, "the values of MAP", errors));
        if (key is null || value is null)
        {
            return null;
        }

        var entries = new List<BoundExpression>();
        for (var i = 0; i < keys.Count; i++)
        {
            // Of equal constant keys the last one counts.
            var constant = (keys[i] as BoundLiteral)?.Value;
            if (constant is null || !keys.Skip(i + 1).Any(k => k is BoundLiteral { Value: { } other } && other.Equals(constant)))
            {
                entries.Add(Conditionals.As(keys[i], key));
                entries.Add(Conditionals.As(values[i], value));
            }
        }

        return new BoundMap(entries, SqlType.Map(key, value).NotNull(), span);
    }

    public static BoundRow Row(IReadOnlyList<BoundExpression> items, SourceSpan span) => new(
        items, SqlType.Row([.. items.Select((item, i) => new RowField("EXPR$" + i.ToString(CultureInfo.InvariantCulture), item.Type))]).NotNull(), span);

    public static BoundExpression? Element(BoundExpression operand, BoundExpression index, SourceSpan span, ErrorList errors)
    {
        switch (operand.Type.Kind)
        {
            case TypeKind.Array when index.Type.IsInteger || index.Type.Kind == TypeKind.Null:
                if (index is BoundLiteral { Value: < 1 } or BoundLiteral { Value: < 1L })
                {
                    errors.Add(index.Span, "the elements of an ARRAY are counted from 1");
                    return null;
                }

                return new BoundElement(operand, Cast.Must(index, SqlType.BigInt), operand.Type.Element!.Nullable(), span);
            case TypeKind.Map when operand.Type.Key!.IsScalar && IsKey(index.Type, operand.Type.Key):
                return new BoundElement(operand, Cast.Must(index, operand.Type.Key), operand.Type.Element!.Nullable(), span);
            case TypeKind.Row when index is BoundLiteral { Value: int field }:
                var fields = operand.Type.Fields;
                if (field < 1 || field > fields.Count)
                {
                    errors.Add(index.Span, $"the row has {fields.Count} fields, counted from 1");
                    return null;
                }

                var type = fields[field - 1].Type;
                return new BoundField(operand, field - 1, type.Nullable(type.IsNullable || operand.Type.IsNullable), span);
        }

        errors.Add(index.Span, operand.Type.Kind switch
        {
            TypeKind.Array => $"an element of an ARRAY is asked for by an INT, and this is {index.Type.Nullable()}",
            TypeKind.Map => $"the keys of the MAP are {operand.Type.Key!.Nullable()}, and this is {index.Type.Nullable()}; write CAST(... AS {operand.Type.Key.Nullable()})",
            TypeKind.Row => "a field of a ROW is asked for by its name, or by a constant number from 1",
            _ => $"[...] is for ARRAY, MAP and ROW, and the value before it is {operand.Type.Nullable()}",
        });
        return null;
    }

    /// <summary>Whether nothing is lost of a key when it becomes one of the map's type.</summary>
    private static bool IsKey(SqlType given, SqlType key) => given.Kind == TypeKind.Null || (given.IsCharacter && key.IsCharacter)
        || (CommonType.Of(given.Nullable(), key.Nullable()) is { } common && common.SameAs(key));
}
