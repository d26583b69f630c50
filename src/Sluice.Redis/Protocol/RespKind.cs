namespace Sluice.Redis.Protocol;

/// <summary>The kinds of a reply in RESP2 and RESP3, as the first byte on the wire
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
public enum RespKind : byte
{
    SimpleString = (byte)'+',
    Error = (byte)'-',
    Integer = (byte)':',
    BulkString = (byte)'$',
    Array = (byte)'*',
    Null = (byte)'_',
    Boolean = (byte)'#',
    Double = (byte)',',
    BigNumber = (byte)'(',
    BulkError = (byte)'!',
    Verbatim = (byte)'=',
    Map = (byte)'%',
    Set = (byte)'~',
    Push = (byte)'>',
    Attribute = (byte)'|',
}
