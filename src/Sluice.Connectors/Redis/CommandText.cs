using System.Text;
using System.Text.Unicode;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis;

/// <summary>An encoded command as one line that redis-cli takes.</summary>
internal static class CommandText
{
    public static string Of(ReadOnlySpan<byte> command)
    {
        RespReader.TryRead(command, out var reply, out _);
        var line = new StringBuilder();
        var rest = reply.Content;
        for (var i = 0; i < reply.Integer; i++)
        {
            RespReader.TryRead(rest, out var argument, out var consumed);
            rest = rest[consumed..];
            line.Append(i == 0 ? "" : " ");
            Append(line, argument.Content);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty && Utf8.IsValid(argument) && argument.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && argument.IndexOfAny("\"'\\\x7f"u8) < 0)
        {
            line.Append(Encoding.UTF8.GetString(argument));
            return;
        }

        // Inside double quotes redis-cli reads \" \\ \n \r \t and \xhh; text stays readable, other bytes are spelled out.
        line.Append('"');
        if (Utf8.IsValid(argument))
        {
            foreach (var c in Encoding.UTF8.GetString(argument))
            {
                line.Append(c < ' ' || c == '\x7f' ? Escape((byte)c) : c is '"' or '\\' ? $"\\{c}" : c.ToString());
            }
        }
        else
        {
            foreach (var b in argument)
            {
                line.Append(b is < 32 or > 126 ? Escape(b) : (char)b is '"' or '\\' ? $"\\{(char)b}" : ((char)b).ToString());
            }
        }

        line.Append('"');
    }

    private static string Escape(byte value) => value switch
    {
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        _ => $"\\x{value:x2}",
    };
}
