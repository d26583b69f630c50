using System.Text;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Lookup;

/// <summary>Records hold what was appended to them, field by field.</summary>
public sealed class RecordLayoutTests
{
    private static readonly SqlType s_tags = SqlType.Array(SqlType.String);

    private static readonly (SqlType Type, Action<ByteHeap> Append, string Text)[] s_fields =
    [
        (SqlType.String, h => RecordLayout.AppendText(h, "text"u8), "text"),
        (SqlType.Bytes, h => RecordLayout.AppendText(h, ""u8), ""),
        (SqlType.Boolean, h => RecordLayout.AppendValue(h, true), "TRUE"),
        (SqlType.TinyInt, h => RecordLayout.AppendValue(h, -128), "-128"),
        (SqlType.Int, h => RecordLayout.AppendValue(h, int.MaxValue), "2147483647"),
        (SqlType.BigInt, h => RecordLayout.AppendValue(h, long.MinValue), "-9223372036854775808"),
        (SqlType.Float, h => RecordLayout.AppendValue(h, 1.5f), "1.5"),
        (SqlType.Double, h => RecordLayout.AppendValue(h, -2.25), "-2.25"),
        (SqlType.Decimal(38, 2), h => RecordLayout.AppendValue(h, new SqlDecimal(-12345, 2)), "-123.45"),
        (SqlType.Date, h => RecordLayout.AppendValue(h, 1), "1970-01-02"),
        (SqlType.Time(), h => RecordLayout.AppendValue(h, 61_000), "00:01:01"),
        (SqlType.Timestamp(9), h => RecordLayout.AppendValue(h, new Timestamp(1001, 7)), "1970-01-01 00:00:01.001000007"),
        (SqlType.TimestampLtz(3), h => RecordLayout.AppendValue(h, new Timestamp(-1)), "1969-12-31 23:59:59.999"),
        (SqlType.IntervalYearMonth, h => RecordLayout.AppendValue(h, 14), "+1-02"),
        (SqlType.IntervalDayTime, h => RecordLayout.AppendValue(h, 1L), "+0 00:00:00.001"),
        (s_tags, h => Tags(h, "a", null, "", "ä"), "[a, NULL, , ä]"),
        (s_tags, h => Tags(h), "[]"),
    ];

    private static readonly RecordLayout s_layout = new(new Schema([.. s_fields.Select((f, i) => new Field($"f{i}", f.Type))]));

    [Fact]
    public void Every_type_comes_out_as_it_went_in()
    {
        var heap = new ByteHeap(16);
        Assert.All(Enumerable.Range(0, 3), _ =>
        {
            heap.Clear();
            foreach (var field in s_fields)
            {
                field.Append(heap);
            }

            Assert.Equal(s_fields.Select(f => f.Text), Read(heap));
        });
    }

    [Fact]
    public void Every_type_may_be_null()
    {
        var heap = new ByteHeap(16);
        for (var i = 0; i < s_fields.Length; i++)
        {
            s_layout.AppendNull(heap, i);
        }

        Assert.All(Read(heap), Assert.Null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Values_nulls_and_columns_that_are_left_out_stand_in_any_order(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var heap = new ByteHeap(16);
            var isNull = s_fields.Select(_ => random.Next(3) == 0).ToArray();
            var isWanted = s_fields.Select(_ => random.Next(3) > 0).ToArray();
            for (var i = 0; i < s_fields.Length; i++)
            {
                if (isNull[i])
                {
                    s_layout.AppendNull(heap, i);
                }
                else
                {
                    s_fields[i].Append(heap);
                }
            }

            var expected = s_fields.Select((f, i) => !isWanted[i] ? "left out" : isNull[i] ? null : f.Text);
            Assert.Equal(expected, Read(heap, isWanted));
        }
    }

    [Fact]
    public void Rows_of_arrays_stand_one_after_the_other()
    {
        var layout = new RecordLayout(new Schema([new Field("tags", s_tags)]));
        var column = Column.Create(s_tags, new ByteHeap(16), 4);
        string?[][] rows = [["a", "b"], [], ["c", null], [.. Enumerable.Range(0, 100).Select(i => $"{i}")]];
        var heap = new ByteHeap(16);
        for (var row = 0; row < rows.Length; row++)
        {
            heap.Clear();
            Tags(heap, rows[row]);
            layout.CopyTo(heap.Bytes.AsSpan(0, heap.Used), [column], row);
        }

        for (var row = 0; row < rows.Length; row++)
        {
            Assert.Equal($"[{string.Join(", ", rows[row].Select(t => t ?? "NULL"))}]", TextForm.Of(column, row, s_tags));
        }
    }

    private static string?[] Read(ByteHeap heap, bool[]? wanted = null)
    {
        const int Row = 1;
        var columns = s_fields.Select((f, i) => wanted?[i] == false ? null : Column.Create(f.Type, new ByteHeap(16), 2)).ToArray();
        s_layout.CopyTo(heap.Bytes.AsSpan(0, heap.Used), columns, Row);
        return [.. columns.Select((c, i) => c is null ? "left out" : TextForm.Of(c, Row, s_fields[i].Type))];
    }

    private static void Tags(ByteHeap heap, params string?[] tags)
    {
        RecordLayout.AppendCount(heap, tags.Length);
        foreach (var tag in tags)
        {
            if (tag is null)
            {
                RecordLayout.AppendCount(heap, -1);
            }
            else
            {
                RecordLayout.AppendText(heap, Encoding.UTF8.GetBytes(tag));
            }
        }
    }
}
