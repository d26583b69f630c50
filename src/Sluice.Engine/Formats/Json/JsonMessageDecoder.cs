using System.Text.Json;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Json;

/// <summary>What the formats in JSON do with any message before they read what is theirs: empty ones, byte order marks, bytes that
/// are no UTF-8, broken JSON, and whether an error counts.</summary>
internal abstract class JsonMessageDecoder(JsonSettings settings) : Decoder
{
    /// <summary>Objects and arrays within each other. A deeper message is an error; nothing here recurses by the message's depth.</summary>
    public const int MaxDepth = 1000;

    /// <summary>Characters of the parser's own message.</summary>
    private const int MostReason = 120;

    private static readonly JsonReaderOptions s_reader = new() { MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private byte[] _repaired = [];

    protected JsonSettings Settings { get; } = settings;

    public sealed override int Decode(ReadOnlySpan<byte> message, RowBatch into)
    {
        if (message.Length == 0)
        {
            return 0;
        }

        if (into.Count >= into.Capacity)
        {
            into.Grow(into.Count + 1);
        }

        try
        {
            if (message[0] == 0xEF && message.StartsWith(ByteOrderMark))
            {
                message = message[ByteOrderMark.Length..];
            }

            if (!System.Text.Unicode.Utf8.IsValid(message))
            {
                throw new DataException("it holds bytes that are no UTF-8");
            }

            return DecodeText(message, into);
        }
        catch (JsonException e)
        {
            return Retry(message, into, e);
        }
        catch (DataException e)
        {
            return Fail(e.Message, message, e);
        }
    }

    /// <summary>Reads a message of valid UTF-8. Rows count only where it returns, and only then it sets their kinds.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="DataException">JSON that is no message of the format.</exception>
    protected abstract int DecodeText(ReadOnlySpan<byte> message, RowBatch into);

    protected static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> text) => new(text, s_reader);

    /// <summary>Line breaks and tabs within strings are not allowed in JSON, yet some producers write them; Flink reads them.</summary>
    private int Retry(ReadOnlySpan<byte> message, RowBatch into, JsonException first)
    {
        var length = JsonRepair.EscapeControls(message, ref _repaired);
        if (length < 0)
        {
            return Fail(Reason(first), message, first);
        }

        try
        {
            return DecodeText(_repaired.AsSpan(0, length), into);
        }
        catch (JsonException e)
        {
            return Fail(Reason(e), message, e);
        }
        catch (DataException e)
        {
            return Fail(e.Message, message, e);
        }
    }

    private int Fail(string reason, ReadOnlySpan<byte> message, Exception cause)
    {
        if (!Settings.IgnoreParseErrors)
        {
            Unreadable.Message(Settings.Format, reason, message, cause);
        }

        return 0;
    }

    private static string Reason(JsonException e)
    {
        var detail = e.Message.IndexOf(" LineNumber", StringComparison.Ordinal);
        var text = (detail < 0 ? e.Message : e.Message[..detail]).TrimEnd('.');

        // The parser quotes the word that it does not know, however long it is.
        return $"{(text.Length > MostReason ? text[..MostReason] + "..." : text)} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
    }
}
