using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Collections;

/// <summary>Which elements go into the same array, or are compared with each other: numbers, texts, bytes, and what is of one kind.
/// All else is refused when a call is bound, so that <see cref="CellCopy"/> and <see cref="CellOrder"/> never meet it.</summary>
internal static class ElementFit
{
    /// <summary>An array, and what may be one of its elements.</summary>
    public static bool OfElement(IReadOnlyList<SqlType> types) => AreAlike(types[0].Element ?? SqlType.Null, types[1]);

    /// <summary>Arrays of which each fits the others.</summary>
    public static bool OfArrays(IReadOnlyList<SqlType> types) =>
        types.All(t => types.All(u => AreAlike(t.Element ?? SqlType.Null, u.Element ?? SqlType.Null)));

    /// <summary>Maps of which each fits the others.</summary>
    public static bool OfMaps(IReadOnlyList<SqlType> types)
    {
        var maps = types.Where(t => t.Kind != TypeKind.Null).ToList();
        return maps.TrueForAll(t => t.Kind == TypeKind.Map && maps.TrueForAll(u =>
            u.Kind == TypeKind.Map && AreAlike(t.Key!, u.Key!) && AreAlike(t.Element!, u.Element!)));
    }

    private static bool AreAlike(SqlType x, SqlType y) => x.Kind == TypeKind.Null || y.Kind == TypeKind.Null
        || (x.IsNumeric && y.IsNumeric) || AreSame(x, y);

    /// <summary>Whether the values of one are stored as those of the other: what is nested is not converted.</summary>
    private static bool AreSame(SqlType x, SqlType y) => (x.IsCharacter && y.IsCharacter) || (x.IsBinary && y.IsBinary)
        || (x.Kind == y.Kind && x.Kind switch
        {
            TypeKind.Decimal => x.Scale == y.Scale,
            TypeKind.Row => x.Fields.Count == y.Fields.Count && x.Fields.Zip(y.Fields).All(f => AreSame(f.First.Type, f.Second.Type)),
            TypeKind.Array or TypeKind.Multiset => AreSame(x.Element!, y.Element!),
            TypeKind.Map => AreSame(x.Key!, y.Key!) && AreSame(x.Element!, y.Element!),
            _ => true,
        });
}
