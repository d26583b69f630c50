namespace Sluice.Connectors.MySql.Slicing;

/// <summary>Values as SQL that no setting of the server reads differently: hexadecimal.</summary>
internal static class SqlLiteral
{
    public static string Text(ReadOnlySpan<byte> utf8) => $"_utf8mb4 x'{Convert.ToHexString(utf8)}'";

    public static string Bytes(ReadOnlySpan<byte> bytes) => $"x'{Convert.ToHexString(bytes)}'";
}
