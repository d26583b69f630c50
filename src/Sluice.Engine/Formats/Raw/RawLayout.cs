using System.Text;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Raw;

/// <summary>How the one value stands in its message.</summary>
/// <param name="Size">Bytes of a number; 0 for texts and bytes of any length.</param>
/// <param name="Charset">Of texts; null is UTF-8.</param>
internal sealed record RawLayout(SqlType Type, int Size, bool LittleEndian, Encoding? Charset)
{
    /// <returns>Null where the format does not have the type.</returns>
    public static int? SizeOf(SqlType type) => type.Kind switch
    {
        TypeKind.Char or TypeKind.Varchar or TypeKind.Binary or TypeKind.Varbinary => 0,
        TypeKind.Boolean or TypeKind.TinyInt => 1,
        TypeKind.SmallInt => 2,
        TypeKind.Int or TypeKind.Float => 4,
        TypeKind.BigInt or TypeKind.Double => 8,
        _ => null,
    };

    public bool HasCharset => Charset is not null && Type.IsCharacter;
}
