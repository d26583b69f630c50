using Sluice.Connectors.MySql;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.MySql;

public sealed unsafe class RowFillerTests
{
    private static readonly RowBatchPool s_pool = new(new Schema([new Field("a", DataType.Text), new Field("b", DataType.Text), new Field("c", DataType.Text)]), BatchSize.Of(10));

    [Fact]
    public void Values_in_one_buffer_are_copied_at_once()
    {
        using var batch = s_pool.Rent();
        fixed (byte* row = "\u0002ab\u0000\u0003xyz"u8)
        {
            Assert.Equal(5, Copy(batch, row + 1, 2, row + 3, 0, row + 5, 3));
        }

        Assert.Equal("ab|empty|xyz", Show(batch));
        Assert.Equal(7, batch.Heap.Used);
    }

    [Fact]
    public void Nulls_at_any_place_are_nulls()
    {
        using var batch = s_pool.Rent();
        fixed (byte* row = "ab"u8)
        {
            Copy(batch, null, 0, row, 2, null, 0);
            Assert.Equal("null|ab|null", Show(batch));
            Copy(batch, null, 0, null, 0, null, 0);
            Assert.Equal("null|null|null", Show(batch));
        }
    }

    [Fact]
    public void Values_far_apart_or_out_of_order_are_copied_one_by_one()
    {
        using var batch = s_pool.Rent();
        fixed (byte* row = new byte[1000])
        {
            row[0] = (byte)'a';
            row[500] = (byte)'b';
            row[999] = (byte)'c';
            Copy(batch, row, 1, row + 500, 1, row + 999, 1);
            Assert.Equal("a|b|c", Show(batch));
            Assert.Equal(3, batch.Heap.Used);
            Copy(batch, row + 999, 1, null, 0, row, 1);
            Assert.Equal("c|null|a", Show(batch));
        }
    }

    private static long Copy(RowBatch batch, byte* a, nuint aLength, byte* b, nuint bLength, byte* c, nuint cLength)
    {
        var values = stackalloc byte*[] { a, b, c };
        var lengths = stackalloc nuint[] { aLength, bLength, cLength };
        return RowFiller.Copy(batch.Texts, batch.Heap, 0, values, lengths);
    }

    private static string Show(RowBatch batch) => string.Join('|', batch.Texts.Select(c =>
        c.IsNull(0) ? "null" : c[0].IsEmpty ? "empty" : System.Text.Encoding.UTF8.GetString(c[0])));
}
