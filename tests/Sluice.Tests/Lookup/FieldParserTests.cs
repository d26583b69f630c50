using System.Text;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Casts;
using Sluice.Tests.Sql.Expressions;

namespace Sluice.Tests.Lookup;

/// <summary>Texts of a dimension table become what CAST makes of them (S-29).</summary>
public sealed class FieldParserTests
{
    private static readonly SqlType[] s_types =
    [
        SqlType.String, SqlType.Varchar(3), SqlType.Char(1), SqlType.Char(5), SqlType.Bytes, SqlType.Varbinary(3), SqlType.Binary(1), SqlType.Binary(5),
        SqlType.Boolean, SqlType.TinyInt, SqlType.SmallInt, SqlType.Int, SqlType.BigInt, SqlType.Float, SqlType.Double,
        SqlType.Decimal(5, 2), SqlType.Decimal(38, 10), SqlType.Decimal(3, 0), SqlType.Date, SqlType.Time(), SqlType.Time(3),
        SqlType.Timestamp(0), SqlType.Timestamp(3), SqlType.Timestamp(9), SqlType.TimestampLtz(3), SqlType.TimestampLtz(6),
    ];

    private static readonly byte[][] s_texts =
    [
        .. new[]
        {
            "", " ", "0", "1", "-1", "+7", " 12 ", "127", "128", "-129", "32768", "2147483648", "9223372036854775807", "9223372036854775808", "1.5", "-0.005", "999.994",
            "999.995", "1e3", "1E400", ".5", "5.", "NaN", "Infinity", "-Infinity", "1_000", "0x10", "12a", "true", "FALSE", "t", "no", "yes", "y", "2", "abc", "abcdef",
            "äöü€𝄞x", "2024-02-29", "2023-02-29", "2024-2-9", "2024-02", "2024-02-29 12:34:56", "2024-02-29T12:34:56.123456789", "2024-02-29 12:34:56.9999999999",
            "2024-02-29 25:00:00", "12:34:56", "12:34:56.789", "1:2:3", "24:00:00", "12:34", "1986-05-04 02:30:00", "2024-02-29 12:34:56Z",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0x80, 0x41], [0x80, 0x80], [0, 1, 2, 3, 4, 5],
    ];

    public static TheoryData<string> Types => [.. s_types.Select(t => t.ToString())];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_text_becomes_what_CAST_makes_of_it(string name)
    {
        var type = s_types.Single(t => t.ToString() == name);
        var parser = FieldParsers.For(type, Evaluation.Zone)!;
        var layout = new RecordLayout(new Schema([new Field("f", type)]));
        var cast = CastAll(type);
        var column = Column.Create(type, new ByteHeap(1024), 1);
        var record = new ByteHeap(4);
        record.Append("before"u8);
        for (var i = 0; i < s_texts.Length; i++)
        {
            var start = record.Used;
            var isValue = parser(s_texts[i], record);
            var text = $"'{Encoding.UTF8.GetString(s_texts[i])}' as {type}";
            Assert.True(isValue == !cast.IsNull(i), text);
            if (isValue)
            {
                layout.CopyTo(record.Bytes.AsSpan(start, record.Used - start), [column], 0);
                Assert.Equal((text, Exact(cast, i, type)), (text, Exact(column, 0, type)));
            }
            else
            {
                Assert.Equal((text, start), (text, record.Used));
            }
        }
    }

    [Fact]
    public void What_CAST_refuses_has_no_parser()
    {
        SqlType[] refused = [SqlType.IntervalDayTime, SqlType.IntervalYearMonth, SqlType.Array(SqlType.String), SqlType.Map(SqlType.String, SqlType.Int), SqlType.Row([new RowField("a", SqlType.Int)])];
        Assert.All(refused, type =>
        {
            Assert.Null(Cast.To(new BoundColumn(0, "s", SqlType.String, default), type, default));
            Assert.Null(FieldParsers.For(type, TimeZoneInfo.Utc));
        });
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        var parsers = s_types.Select(t => FieldParsers.For(t, Evaluation.Zone)!).ToArray();
        var record = new ByteHeap(1 << 16);
        long Once()
        {
            record.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var parser in parsers)
            {
                foreach (var text in s_texts)
                {
                    parser(text, record);
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
    }

    /// <summary>TRY_CAST of all texts: null where CAST fails.</summary>
    private static Column CastAll(SqlType type)
    {
        var schema = new Schema([new Field("s", SqlType.String)]);
        var rows = new RowBatchPool(schema, BatchSize.Of(s_texts.Length)).Rent();
        rows.Count = s_texts.Length;
        for (var i = 0; i < s_texts.Length; i++)
        {
            ((TextColumn)rows.Columns[0]).Set(i, s_texts[i]);
        }

        var cast = Cast.To(new BoundColumn(0, "s", SqlType.String, default), type, default, isTry: true)!;
        return Evaluation.Run(new Calc(schema, [("e", cast)], null, Evaluation.Session), rows).Columns[0];
    }

    /// <summary>Bytes for texts, which need not be UTF-8, and the SQL text for the rest.</summary>
    private static string? Exact(Column column, int row, SqlType type) =>
        column is TextColumn text ? Convert.ToHexString(text[row]) : TextForm.Of(column, row, type, Evaluation.Zone);
}
