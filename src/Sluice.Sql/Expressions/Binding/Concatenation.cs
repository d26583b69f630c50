using Sluice.Engine.Types;
using Sluice.Sql.Expressions.Kernels;
using Sluice.Sql.Parsing;
using Code = System.Linq.Expressions.Expression;

namespace Sluice.Sql.Expressions.Binding;

/// <summary>The operator <c>||</c>; NULL where one side is.</summary>
internal static class Concatenation
{
    /// <summary>Texts that are joined at once.</summary>
    private const int MostJoined = 4;

    /// <returns>Null after an error was reported.</returns>
    public static BoundExpression? Bind(BoundExpression left, BoundExpression right, SourceSpan span, SourceSpan at, ErrorList errors)
    {
        var (l, r) = (left.Type, right.Type);
        if (l.Kind == TypeKind.Null || r.Kind == TypeKind.Null)
        {
            var other = l.Kind == TypeKind.Null ? r : l;
            if (other.IsCharacter || other.IsBinary || other.Kind == TypeKind.Null)
            {
                return new BoundLiteral(null, other.IsBinary ? SqlType.Bytes : SqlType.String, span);
            }
        }

        if (!(l.IsCharacter && r.IsCharacter) && !(l.IsBinary && r.IsBinary))
        {
            errors.Add(at, $"|| joins texts, and here are {l.Nullable()} and {r.Nullable()}; write CAST(... AS STRING)");
            return null;
        }

        // a || b || c is joined at once.
        IReadOnlyList<BoundExpression> parts = left is Joined { Parts.Count: < MostJoined } joined ? [.. joined.Parts, right] : [left, right];
        return new Joined(parts, TypeOf(l, r), span);
    }

    private static SqlType TypeOf(SqlType left, SqlType right)
    {
        var length = (int)Math.Min((long)left.Precision + right.Precision, SqlType.MaxLength);
        var isFixed = left.Kind is TypeKind.Char or TypeKind.Binary && right.Kind is TypeKind.Char or TypeKind.Binary;
        var type = (left.IsCharacter, isFixed) switch
        {
            (true, true) => SqlType.Char(length),
            (true, _) => SqlType.Varchar(length),
            (_, true) => SqlType.Binary(length),
            _ => SqlType.Varbinary(length),
        };
        return type.Nullable(left.IsNullable || right.IsNullable);
    }

    internal sealed record Joined(IReadOnlyList<BoundExpression> Texts, SqlType Type, SourceSpan Span) : BoundExpression(Type, Span)
    {
        public override IReadOnlyList<BoundExpression> Parts => Texts;

        internal override Compiling.Emitted Emit(Compiling.Emitter to) => new BoundCall(Type, Span, Texts, (emitter, a) =>
            Code.Call(typeof(TextMath), nameof(TextMath.Concat), null, [.. a, emitter.Heap])).Emit(to);
    }
}
