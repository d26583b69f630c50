using System.Globalization;

namespace Sluice.Connectors.MySql.Slicing;

/// <summary>Values as SQL that no setting of the server reads differently: hexadecimal, apart from integers.</summary>
internal static class SqlLiteral
{
    /// <summary>A literal of any of these forms, and nothing else.</summary>
    public const string Pattern = "(-?[0-9]{1,20}|(_utf8mb4 )?x'([0-9A-F]{2})*')";

    public static string Text(ReadOnlySpan<byte> utf8) => $"_utf8mb4 x'{Convert.ToHexString(utf8)}'";

    public static string Bytes(ReadOnlySpan<byte> bytes) => $"x'{Convert.ToHexString(bytes)}'";

    /// <summary>An integer as the server prints it; ZEROFILL puts zeros in front.</summary>
    public static string Integer(ReadOnlySpan<byte> digits) =>
        Int128.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    /// <summary>A value of a column, as the server sent it.</summary>
    public static string Of(MySqlColumn column, ReadOnlySpan<byte> value) =>
        column.IsInteger ? Integer(value) : column.IsBinary ? Bytes(value) : Text(value);
}
