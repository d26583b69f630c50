using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Decoder = Sluice.Engine.Formats.Decoder;
using Encoder = Sluice.Engine.Formats.Encoder;

namespace Sluice.ServerTests.Kafka;

/// <summary>A format that is simple enough to be no part of what is tested: <c>a|b|c</c>, one text for each column. An empty
/// message gives no row, <c>twice|x</c> gives two, and <c>broken</c> cannot be read.</summary>
internal sealed class WordsFormat : IFormat
{
    public string Name => "words";

    public string Summary => "Texts with | between them.";

    public IReadOnlyList<IOption> Options { get; } = [Option.Text("words.unused", null, "Nothing.")];

    public bool HasChangelog => false;

    public Func<Decoder> Reading(FormatContext context) => () => new WordsDecoder(context);

    public Func<Encoder> Writing(FormatContext context) => () => new WordsEncoder(context);

    private sealed class WordsDecoder(FormatContext context) : Decoder
    {
        public override int Decode(ReadOnlySpan<byte> message, RowBatch into)
        {
            if (message.IsEmpty)
            {
                return 0;
            }

            var words = Encoding.UTF8.GetString(message).Split('|');
            if (words[0] == "broken")
            {
                throw new DataException("the message is broken");
            }

            var rows = words[0] == "twice" ? 2 : 1;
            into.Grow(into.Count + rows);
            for (var row = into.Count; row < into.Count + rows; row++)
            {
                for (var i = 0; i < context.Columns.Count; i++)
                {
                    if (context.Columns[i].Target >= 0)
                    {
                        ((TextColumn)into.Columns[context.Columns[i].Target]).Set(row, Encoding.UTF8.GetBytes(i < words.Length ? words[i] : ""));
                    }
                }
            }

            return rows;
        }
    }

    private sealed class WordsEncoder(FormatContext context) : Encoder
    {
        public override bool Encode(RowBatch rows, int row, ByteHeap to)
        {
            for (var i = 0; i < context.Columns.Count; i++)
            {
                to.Append(i == 0 ? [] : "|"u8);
                to.Append(((TextColumn)rows.Columns[context.Columns[i].Target])[row]);
            }

            return true;
        }
    }
}
