namespace Sluice.Engine.Types;

/// <summary>What the text of a column means. Values travel as the source's own text (S-11); the type matters where
/// a date is formatted or a JSON value is written.</summary>
public enum DataType
{
    /// <summary>Only the server knows the type, and it has not been asked yet.</summary>
    Unknown,
    Text,
    Bytes,
    Boolean,
    Integer,
    Decimal,
    /// <summary>Binary floating point, single or double precision.</summary>
    Double,
    /// <summary>A calendar day: <c>yyyy-MM-dd</c>.</summary>
    Date,
    /// <summary>Day and time of day without a zone: <c>yyyy-MM-dd HH:mm:ss[.f]</c>.</summary>
    DateTime,
    /// <summary>A moment, printed in the session's time zone: <c>yyyy-MM-dd HH:mm:ss[.f]</c>.</summary>
    Timestamp,
    Time,
    Year,
    Json,
}
