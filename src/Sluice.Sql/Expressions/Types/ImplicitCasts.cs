using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Types;

/// <summary>What INSERT casts without being asked: to types that hold every value, and a few of times.</summary>
internal static class ImplicitCasts
{
    public static bool Allows(SqlType from, SqlType to) => from.Kind == TypeKind.Null || to.Kind switch
    {
        TypeKind.Char => from.Kind == TypeKind.Char,
        TypeKind.Varchar => from.IsCharacter,
        TypeKind.Binary => from.Kind == TypeKind.Binary,
        TypeKind.Varbinary => from.IsBinary,
        TypeKind.SmallInt => from.Kind is TypeKind.TinyInt or TypeKind.SmallInt,
        TypeKind.Int => from.Kind is TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int,
        TypeKind.BigInt => from.IsInteger,
        TypeKind.Decimal or TypeKind.Double => from.IsNumeric,
        TypeKind.Float => from.IsNumeric && from.Kind != TypeKind.Double,
        TypeKind.Date => from.Kind is TypeKind.Date or TypeKind.Timestamp,
        TypeKind.Time => from.Kind is TypeKind.Time or TypeKind.Timestamp,
        TypeKind.Timestamp or TypeKind.TimestampLtz => from.IsTimestamp,
        TypeKind.Array or TypeKind.Multiset => from.Kind == to.Kind && Allows(from.Element!, to.Element!),
        TypeKind.Map => from.Kind == to.Kind && Allows(from.Key!, to.Key!) && Allows(from.Element!, to.Element!),
        TypeKind.Row => from.Kind == to.Kind && from.Fields.Count == to.Fields.Count && from.Fields.Zip(to.Fields).All(p => Allows(p.First.Type, p.Second.Type)),
        _ => from.Kind == to.Kind,
    };
}
