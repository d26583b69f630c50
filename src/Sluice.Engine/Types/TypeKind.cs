namespace Sluice.Engine.Types;

/// <summary>The kinds of SQL types, as Flink has them.</summary>
public enum TypeKind
{
    /// <summary>The type of a bare NULL.</summary>
    Null,
    Boolean,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Decimal,
    Char,
    Varchar,
    Binary,
    Varbinary,
    Date,
    Time,
    Timestamp,
    TimestampLtz,
    IntervalYearMonth,
    IntervalDayTime,
    Array,
    Multiset,
    Map,
    Row,
}

/// <summary>How the values of a type are kept in a column.</summary>
public enum Storage
{
    /// <summary><see cref="Rows.ValueColumn{T}"/> of bool.</summary>
    Boolean,
    /// <summary>... of int: TINYINT, SMALLINT, INT, DATE (days since 1970-01-01), TIME (milliseconds of the day), months of an interval.</summary>
    Int,
    /// <summary>... of long: BIGINT, milliseconds of an interval.</summary>
    Long,
    Float,
    Double,
    /// <summary>... of <see cref="Rows.SqlDecimal"/>.</summary>
    Decimal,
    /// <summary>... of <see cref="Rows.Timestamp"/>.</summary>
    Timestamp,
    /// <summary><see cref="Rows.TextColumn"/>: CHAR, VARCHAR (UTF-8), BINARY, VARBINARY.</summary>
    Text,
    /// <summary><see cref="Rows.ArrayColumn"/>.</summary>
    Array,
    /// <summary><see cref="Rows.MapColumn"/>.</summary>
    Map,
    /// <summary><see cref="Rows.RowColumn"/>.</summary>
    Row,
}
