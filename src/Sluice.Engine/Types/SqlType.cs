using System.Globalization;

namespace Sluice.Engine.Types;

/// <summary>A field of a ROW type.</summary>
public sealed record RowField(string Name, SqlType Type);

/// <summary>A type of SQL with its precision and whether it takes NULL. Equality is structural.</summary>
public sealed record SqlType
{
    /// <summary>The length of STRING and BYTES.</summary>
    public const int MaxLength = int.MaxValue;

    public const int MaxDecimalPrecision = 38;

    private SqlType(TypeKind kind) => Kind = kind;

    public TypeKind Kind { get; }

    public bool IsNullable { get; private init; } = true;

    /// <summary>The length of characters and binaries, the digits of a decimal, the fraction's digits of a time.</summary>
    public int Precision { get; private init; }

    /// <summary>Digits after the point of a decimal.</summary>
    public int Scale { get; private init; }

    /// <summary>The element of ARRAY and MULTISET, the value of MAP.</summary>
    public SqlType? Element { get; private init; }

    /// <summary>The key of MAP.</summary>
    public SqlType? Key { get; private init; }

    /// <summary>The fields of ROW.</summary>
    public IReadOnlyList<RowField> Fields { get; private init; } = [];

    public static SqlType Null { get; } = new(TypeKind.Null);

    public static SqlType Boolean { get; } = new(TypeKind.Boolean);

    public static SqlType TinyInt { get; } = new(TypeKind.TinyInt);

    public static SqlType SmallInt { get; } = new(TypeKind.SmallInt);

    public static SqlType Int { get; } = new(TypeKind.Int);

    public static SqlType BigInt { get; } = new(TypeKind.BigInt);

    public static SqlType Float { get; } = new(TypeKind.Float);

    public static SqlType Double { get; } = new(TypeKind.Double);

    public static SqlType String { get; } = new(TypeKind.Varchar) { Precision = MaxLength };

    public static SqlType Bytes { get; } = new(TypeKind.Varbinary) { Precision = MaxLength };

    public static SqlType Date { get; } = new(TypeKind.Date);

    public static SqlType IntervalYearMonth { get; } = new(TypeKind.IntervalYearMonth);

    public static SqlType IntervalDayTime { get; } = new(TypeKind.IntervalDayTime);

    public static SqlType Decimal(int precision, int scale) => new(TypeKind.Decimal) { Precision = precision, Scale = scale };

    public static SqlType Char(int length) => new(TypeKind.Char) { Precision = length };

    public static SqlType Varchar(int length) => new(TypeKind.Varchar) { Precision = length };

    public static SqlType Binary(int length) => new(TypeKind.Binary) { Precision = length };

    public static SqlType Varbinary(int length) => new(TypeKind.Varbinary) { Precision = length };

    public static SqlType Time(int precision = 0) => new(TypeKind.Time) { Precision = precision };

    public static SqlType Timestamp(int precision = 6) => new(TypeKind.Timestamp) { Precision = precision };

    public static SqlType TimestampLtz(int precision = 6) => new(TypeKind.TimestampLtz) { Precision = precision };

    public static SqlType Array(SqlType element) => new(TypeKind.Array) { Element = element };

    public static SqlType Multiset(SqlType element) => new(TypeKind.Multiset) { Element = element };

    public static SqlType Map(SqlType key, SqlType value) => new(TypeKind.Map) { Key = key, Element = value };

    public static SqlType Row(IReadOnlyList<RowField> fields) => new(TypeKind.Row) { Fields = fields };

    public SqlType NotNull() => IsNullable ? this with { IsNullable = false } : this;

    public SqlType Nullable(bool nullable = true) => IsNullable == nullable ? this : this with { IsNullable = nullable };

    public bool IsCharacter => Kind is TypeKind.Char or TypeKind.Varchar;

    public bool IsBinary => Kind is TypeKind.Binary or TypeKind.Varbinary;

    public bool IsInteger => Kind is TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.BigInt;

    public bool IsNumeric => IsInteger || Kind is TypeKind.Decimal or TypeKind.Float or TypeKind.Double;

    public bool IsTimestamp => Kind is TypeKind.Timestamp or TypeKind.TimestampLtz;

    public bool IsInterval => Kind is TypeKind.IntervalYearMonth or TypeKind.IntervalDayTime;

    public bool IsScalar => Kind is not (TypeKind.Array or TypeKind.Multiset or TypeKind.Map or TypeKind.Row);

    /// <summary>How values of this type are kept. A bare NULL is kept as text.</summary>
    public Storage Storage => Kind switch
    {
        TypeKind.Boolean => Storage.Boolean,
        TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Int or TypeKind.Date or TypeKind.Time or TypeKind.IntervalYearMonth => Storage.Int,
        TypeKind.BigInt or TypeKind.IntervalDayTime => Storage.Long,
        TypeKind.Float => Storage.Float,
        TypeKind.Double => Storage.Double,
        TypeKind.Decimal => Storage.Decimal,
        TypeKind.Timestamp or TypeKind.TimestampLtz => Storage.Timestamp,
        TypeKind.Array => Storage.Array,
        TypeKind.Map or TypeKind.Multiset => Storage.Map,
        TypeKind.Row => Storage.Row,
        _ => Storage.Text,
    };

    public bool Equals(SqlType? other) => other is not null && Kind == other.Kind && IsNullable == other.IsNullable
        && Precision == other.Precision && Scale == other.Scale && Equals(Element, other.Element) && Equals(Key, other.Key)
        && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(Kind, IsNullable, Precision, Scale, Element, Key, Fields.Count);

    /// <summary>The same type, whether or not NULL is allowed at its top.</summary>
    public bool SameAs(SqlType other) => Nullable().Equals(other.Nullable());

    /// <summary>As Flink prints it: <c>DECIMAL(10, 2) NOT NULL</c>, <c>STRING</c>.</summary>
    public override string ToString() => Name + (IsNullable || Kind == TypeKind.Null ? "" : " NOT NULL");

    private string Name => Kind switch
    {
        TypeKind.TinyInt => "TINYINT",
        TypeKind.SmallInt => "SMALLINT",
        TypeKind.BigInt => "BIGINT",
        TypeKind.Decimal => $"DECIMAL({Precision}, {Scale})",
        TypeKind.Char => WithPrecision("CHAR"),
        TypeKind.Varchar => Precision == MaxLength ? "STRING" : WithPrecision("VARCHAR"),
        TypeKind.Binary => WithPrecision("BINARY"),
        TypeKind.Varbinary => Precision == MaxLength ? "BYTES" : WithPrecision("VARBINARY"),
        TypeKind.Time => WithPrecision("TIME"),
        TypeKind.Timestamp => WithPrecision("TIMESTAMP"),
        TypeKind.TimestampLtz => WithPrecision("TIMESTAMP_LTZ"),
        TypeKind.IntervalYearMonth => "INTERVAL YEAR TO MONTH",
        TypeKind.IntervalDayTime => "INTERVAL DAY TO SECOND(3)",
        TypeKind.Array => $"ARRAY<{Element}>",
        TypeKind.Multiset => $"MULTISET<{Element}>",
        TypeKind.Map => $"MAP<{Key}, {Element}>",
        TypeKind.Row => $"ROW<{string.Join(", ", Fields.Select(f => $"`{f.Name.Replace("`", "``", StringComparison.Ordinal)}` {f.Type}"))}>",
        _ => Kind.ToString().ToUpperInvariant(),
    };

    private string WithPrecision(string name) => $"{name}({Precision.ToString(CultureInfo.InvariantCulture)})";
}
