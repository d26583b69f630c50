namespace Sluice.Engine.Formats.Json;

/// <summary>Makes JSON of texts that are nearly JSON.</summary>
internal static class JsonRepair
{
    private const int EscapedLength = 6;

    /// <summary>Writes control characters within strings as escapes.</summary>
    /// <param name="into">Where the result goes; grown where it is too short.</param>
    /// <returns>The length of the result, or -1 where there is no such character.</returns>
    public static int EscapeControls(ReadOnlySpan<byte> text, ref byte[] into)
    {
        var controls = 0;
        foreach (var b in text)
        {
            controls += b < ' ' ? 1 : 0;
        }

        if (controls == 0)
        {
            return -1;
        }

        var most = text.Length + ((EscapedLength - 1) * controls);
        if (into.Length < most)
        {
            into = new byte[most];
        }

        var used = 0;
        var escaped = false;
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (inString && b < ' ')
            {
                used += JsonText.PutControl(b, into.AsSpan(used));
                escaped = true;
                continue;
            }

            into[used++] = b;
            if (b == '"')
            {
                inString = !inString;
            }
            else if (b == '\\' && inString && i + 1 < text.Length && text[i + 1] >= ' ')
            {
                into[used++] = text[++i];
            }
        }

        return escaped ? used : -1;
    }
}
