namespace Sluice.Connectors.Redis.Lookups;

/// <summary>The pattern of SCAN and HSCAN that matches a prefix and whatever follows it.</summary>
internal static class KeyPattern
{
    /// <returns>Null where every key matches, so that nothing need be matched.</returns>
    public static byte[]? Of(ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty)
        {
            return null;
        }

        var pattern = new List<byte>(prefix.Length + 1);
        foreach (var b in prefix)
        {
            if (b is (byte)'*' or (byte)'?' or (byte)'[' or (byte)']' or (byte)'\\')
            {
                pattern.Add((byte)'\\');
            }

            pattern.Add(b);
        }

        pattern.Add((byte)'*');
        return [.. pattern];
    }
}
