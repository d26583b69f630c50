namespace Sluice.Engine.Formats.Csv;

/// <summary>The options of csv, once they are taken.</summary>
/// <param name="Quote">Null: quotes mean nothing.</param>
/// <param name="NullLiteral">Null: no field stands for NULL.</param>
internal sealed record CsvSettings(
    byte[] Delimiter, byte? Quote, bool AllowComments, bool IgnoreParseErrors, byte[] ElementDelimiter, byte? Escape, byte[]? NullLiteral, bool ScientificDecimals)
{
    public bool IsNull(ReadOnlySpan<byte> field) => NullLiteral is not null && field.SequenceEqual(NullLiteral);
}
