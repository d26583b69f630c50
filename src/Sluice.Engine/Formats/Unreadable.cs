using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats;

/// <summary>What decoders say of messages that they cannot read.</summary>
internal static class Unreadable
{
    /// <summary>Bytes of a message or a value that an error shows.</summary>
    private const int MostShown = 200;

    /// <summary>The same reason with the beginning of the message.</summary>
    [DoesNotReturn]
    public static void Message(string format, string reason, ReadOnlySpan<byte> message, Exception? inner = null) =>
        throw new DataException($"the message is no readable {format}: {reason}. It is: {Show(message)}", inner);

    [DoesNotReturn]
    public static void Value(string name, SqlType type, string shown) =>
        throw new DataException($"field '{name}' of type {type.Nullable()} cannot hold {shown}");

    /// <summary>The beginning of a text on one line.</summary>
    public static string Show(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostShown)]);
        var line = new StringBuilder(shown.Length);
        foreach (var c in shown)
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }

        return text.Length > MostShown ? $"{line} ... ({text.Length} bytes)" : line.ToString();
    }
}
