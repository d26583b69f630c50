using Sluice.Engine.Formats.Json;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Debezium;

/// <summary>Insertions and +U are written as op c, deletions and -U as op d: a message holds one row, so that there is no u.</summary>
internal sealed class DebeziumJsonEncoder(JsonSettings settings, IReadOnlyList<FormatColumn> columns) : Encoder
{
    private readonly JsonObjectWriter _row = JsonObjectWriter.Of(columns, settings);
    private readonly byte[] _beforeInsert = settings.IgnoreNullFields ? "{\"after\":"u8.ToArray() : "{\"before\":null,\"after\":"u8.ToArray();
    private readonly byte[] _afterDelete = settings.IgnoreNullFields ? ",\"op\":\"d\"}"u8.ToArray() : ",\"after\":null,\"op\":\"d\"}"u8.ToArray();

    public override bool Encode(RowBatch rows, int row, ByteHeap to)
    {
        var inserts = rows.KindOf(row) is RowKind.Insert or RowKind.UpdateAfter;
        to.Append(inserts ? _beforeInsert : "{\"before\":"u8);
        _row.Append(rows.Columns, row, to);
        to.Append(inserts ? ",\"op\":\"c\"}"u8 : _afterDelete);
        return true;
    }
}
