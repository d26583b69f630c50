using Sluice.Engine.Errors;
using Sluice.Engine.Formats.Json;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Debezium;

/// <summary>One or two rows of a change: op c and r insert, u is -U and +U, d deletes.</summary>
internal sealed class DebeziumJsonDecoder(JsonSettings settings, bool schemaInclude, IReadOnlyList<FormatColumn> columns) : JsonMessageDecoder(settings)
{
    private static readonly byte[][] s_root = ["payload"u8.ToArray()];
    private static readonly byte[][] s_change = ["before"u8.ToArray(), "after"u8.ToArray(), "op"u8.ToArray()];

    private readonly JsonObject _row = JsonObject.Of(columns, settings);

    protected override int DecodeText(ReadOnlySpan<byte> message, RowBatch into)
    {
        Span<JsonSlice> slices = stackalloc JsonSlice[3];
        if (schemaInclude)
        {
            JsonSlice.Find(ReaderOf(message), s_root, slices[..1]);
            message = slices[0].IsMissing
                ? throw new DataException("it has no 'payload'; without schemas 'debezium-json.schema-include' is to be false")
                : slices[0].In(message);
        }

        JsonSlice.Find(ReaderOf(message), s_change, slices);
        var (before, after) = (slices[0], slices[1]);
        var op = slices[2].TextIn(message);
        var row = into.Count;
        switch (op)
        {
            case [(byte)'c'] or [(byte)'r']:
                Read(after, "after", message, into, row);
                into.SetKind(row, RowKind.Insert);
                return 1;
            case [(byte)'u']:
                into.Grow(row + 2);
                Read(before, "before", message, into, row);
                Read(after, "after", message, into, row + 1);
                into.SetKind(row, RowKind.UpdateBefore);
                into.SetKind(row + 1, RowKind.UpdateAfter);
                return 2;
            case [(byte)'d']:
                Read(before, "before", message, into, row);
                into.SetKind(row, RowKind.Delete);
                return 1;
            default:
                throw new DataException(op.IsEmpty
                    ? "it has no 'op'; where messages hold their schema set 'debezium-json.schema-include' = 'true'"
                    : $"its op \"{Unreadable.Show(op)}\" is none of c, r, u, d");
        }
    }

    private void Read(JsonSlice image, string name, ReadOnlySpan<byte> message, RowBatch into, int row)
    {
        if (image.IsMissing)
        {
            throw new DataException(name == "before"
                ? "its \"before\" is null, which an update or a deletion needs; with Debezium's PostgreSQL connector set the table's REPLICA IDENTITY to FULL"
                : "its \"after\" is null, which an insertion or an update needs");
        }

        if (image.Kind != System.Text.Json.JsonTokenType.StartObject)
        {
            throw new DataException($"its \"{name}\" is no object");
        }

        var reader = ReaderOf(image.In(message));
        reader.Read();
        _row.Read(ref reader, into.Columns, row);
    }
}
