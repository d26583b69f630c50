using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>Once its buffers have grown, reading and writing messages makes no garbage.</summary>
public sealed class FormatAllocationTests
{
    private const int Messages = 200;

    private static readonly (string, SqlType)[] s_columns =
    [
        ("user_id", SqlType.String), ("n", SqlType.BigInt), ("d", SqlType.Double), ("m", SqlType.Decimal(20, 4)), ("at", SqlType.Timestamp(3)),
        ("ok", SqlType.Boolean), ("day", SqlType.Date), ("data", SqlType.Bytes), ("tags", SqlType.Array(SqlType.String)),
        ("props", SqlType.Map(SqlType.String, SqlType.Int)), ("nested", SqlType.Row([new RowField("x", SqlType.Int), new RowField("y", SqlType.String)])),
    ];

    private const string Row = """{"user_id":"a\nb","n":"12","d":1.5,"m":12.34567,"at":"2020-12-30 12:13:14.123","ok":true,"day":"2020-12-30","data":"aGVsbG8=","tags":["a","\u00e4",null],"props":{"a":1,"b":2,"a":3},"nested":{"y":{"z":[1, 2]},"x":1},"other":{"a":[1]}}""";

    [Theory]
    [InlineData("json", Row)]
    [InlineData("debezium-json", $$"""{"before":{{Row}},"after":{{Row}},"op":"u"}""")]
    [InlineData("canal-json", $$"""{"data":[{{Row}},{{Row}}],"old":[{"n":1},{"user_id":"x"}],"type":"UPDATE"}""")]
    public void Reading_JSON_allocates_nothing(string format, string message)
    {
        var run = new FormatRun(format, s_columns);
        Assert.Equal(0, LeastAllocated(run, message));
    }

    [Fact]
    public void Reading_csv_allocates_nothing()
    {
        var run = new FormatRun("csv", [("a", SqlType.String), ("b", SqlType.BigInt), ("c", SqlType.Timestamp(3)), ("d", SqlType.Array(SqlType.Double)), ("e", SqlType.Decimal(10, 2))]);
        Assert.Equal(0, LeastAllocated(run, "\"say \"\"hi\"\"\",12,2020-12-30 12:13:14.123,1.5;2;3,12.345"));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("debezium-json")]
    [InlineData("canal-json")]
    public void Writing_JSON_allocates_nothing(string format) => Assert.Equal(0, LeastWritten(new FormatRun(format, s_columns), Row));

    [Fact]
    public void Writing_csv_allocates_nothing() =>
        Assert.Equal(0, LeastWritten(new FormatRun("csv", [("user_id", SqlType.String), ("n", SqlType.BigInt), ("d", SqlType.Double), ("m", SqlType.Decimal(20, 4)), ("at", SqlType.Timestamp(3)), ("tags", SqlType.Array(SqlType.String))]), Row));

    private static long LeastAllocated(FormatRun run, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var decoder = run.Decoder;
        long Once()
        {
            using var batch = run.Rent();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Messages; i++)
            {
                batch.Count += decoder.Decode(bytes, batch);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return Enumerable.Range(0, 20).Min(_ => Once());
    }

    private static long LeastWritten(FormatRun run, string row)
    {
        using var batch = run.BatchOf((RowKind.Insert, row));
        var encoder = run.Encoder();
        var heap = new ByteHeap(1 << 20);
        long Once()
        {
            heap.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Messages; i++)
            {
                encoder.Encode(batch, 0, heap);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return Enumerable.Range(0, 20).Min(_ => Once());
    }
}
