namespace Sluice.Engine.Types;

/// <summary>What fits into CHAR(n), VARCHAR(n), BINARY(n) and VARBINARY(n): what is longer is cut.</summary>
public static class TextLength
{
    /// <param name="length">Characters at most.</param>
    /// <param name="missing">Characters that there are fewer.</param>
    public static ReadOnlySpan<byte> Fit(ReadOnlySpan<byte> text, int length, out int missing)
    {
        // A character has one byte that does not continue another.
        var characters = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if ((text[i] & 0xC0) != 0x80 && ++characters > length)
            {
                missing = 0;
                return text[..i];
            }
        }

        missing = length - characters;
        return text;
    }

    /// <param name="length">Bytes at most.</param>
    /// <param name="missing">Bytes that there are fewer.</param>
    public static ReadOnlySpan<byte> FitBytes(ReadOnlySpan<byte> bytes, int length, out int missing)
    {
        missing = Math.Max(0, length - bytes.Length);
        return bytes[..Math.Min(bytes.Length, length)];
    }
}
