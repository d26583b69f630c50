using Sluice.Engine.Formats.Json;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Canal;

/// <summary>Insertions and +U are written as INSERT, deletions and -U as DELETE: a message holds one row, so that there is no UPDATE.</summary>
internal sealed class CanalJsonEncoder(JsonSettings settings, IReadOnlyList<FormatColumn> columns) : Encoder
{
    private readonly JsonObjectWriter _row = JsonObjectWriter.Of(columns, settings);

    public override bool Encode(RowBatch rows, int row, ByteHeap to)
    {
        to.Append("{\"data\":["u8);
        _row.Append(rows.Columns, row, to);
        to.Append(rows.KindOf(row) is RowKind.Insert or RowKind.UpdateAfter ? "],\"type\":\"INSERT\"}"u8 : "],\"type\":\"DELETE\"}"u8);
        return true;
    }
}
