using Sluice.Engine.Types;

namespace Sluice.Engine.Rows;

/// <summary>One column: its name and its type. Job scripts move texts and know what a text means (<paramref name="Type"/>); SQL
/// has typed columns (<see cref="Sql"/>), each kept as its type is.</summary>
public sealed record Field(string Name, DataType Type)
{
    /// <summary>A column of SQL.</summary>
    public Field(string name, SqlType type)
        : this(name, MeaningOf(type)) => Sql = type;

    /// <summary>Null: a text as the source prints it.</summary>
    public SqlType? Sql { get; init; }

    private static DataType MeaningOf(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean => DataType.Boolean,
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt => DataType.Integer,
        TypeKind.Decimal => DataType.Decimal,
        TypeKind.Float or TypeKind.Double => DataType.Double,
        TypeKind.Binary or TypeKind.Varbinary => DataType.Bytes,
        TypeKind.Date => DataType.Date,
        TypeKind.Time => DataType.Time,
        TypeKind.Timestamp => DataType.DateTime,
        TypeKind.TimestampLtz => DataType.Timestamp,
        TypeKind.Array or TypeKind.Map or TypeKind.Multiset or TypeKind.Row => DataType.Json,
        _ => DataType.Text,
    };
}

/// <summary>The columns of a source, in order.</summary>
public sealed class Schema(IReadOnlyList<Field> fields)
{
    public IReadOnlyList<Field> Fields { get; } = fields;

    public int Count => Fields.Count;

    public Field this[int index] => Fields[index];

    public override string ToString() => string.Join(", ", Fields.Select(f => f.Name));
}
