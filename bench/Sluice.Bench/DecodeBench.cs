using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Bench;

/// <summary>JSON messages into columns, on one thread: rows and bytes per second of processor time (so that what else the machine does
/// counts little), and what is allocated per row.</summary>
internal static class DecodeBench
{
    private const int DistinctMessages = 10_000;

    private static readonly (string Name, SqlType Type)[] s_texts =
        [("user_id", SqlType.String), ("login_time", SqlType.String), ("device", SqlType.String), ("ip", SqlType.String)];

    private static readonly (string Name, SqlType Type)[] s_typed =
        [("user_id", SqlType.BigInt), ("login_time", SqlType.Timestamp(3)), ("score", SqlType.Double), ("ip", SqlType.String)];

    public static void Run(int messages, int rounds)
    {
        Measure("4 STRING columns", s_texts, Text, messages, rounds);
        Measure("BIGINT, TIMESTAMP(3), DOUBLE, STRING", s_typed, Typed, messages, rounds);
        Measure("1 of 4 columns", [s_texts[0]], Text, messages, rounds);
    }

    private static string Text(int i) =>
        $$"""{"user_id":"user-{{i:000000}}","login_time":"2024-05-{{1 + (i % 28):00}} 12:{{i % 60:00}}:{{i * 7 % 60:00}}","device":"{{(i % 3 == 0 ? "android" : "iphone")}}","ip":"10.{{i % 256}}.{{i / 256 % 256}}.{{i * 13 % 256}}"}""";

    private static string Typed(int i) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"user_id":{{i * 7919L}},"login_time":"2024-05-{{1 + (i % 28):00}} 12:{{i % 60:00}}:{{i * 7 % 60:00}}.{{i % 1000:000}}","score":{{i * 0.37:0.00}},"ip":"10.{{i % 256}}.{{i / 256 % 256}}.{{i * 13 % 256}}"}""");

    private static void Measure(string title, (string Name, SqlType Type)[] fields, Func<int, string> message, int messages, int rounds)
    {
        var texts = Enumerable.Range(0, DistinctMessages).Select(i => Encoding.UTF8.GetBytes(message(i))).ToArray();
        var pool = new RowBatchPool(new Schema([.. fields.Select(f => new Field(f.Name, f.Type))]), new BatchSize(BatchSize.MaxRows, BatchSize.MaxBytes));
        var place = new Place("bench", 0, 0, "");
        var options = new OptionBag(OptionNode.Map([], place), new Report(false, _ => { }));
        var columns = fields.Select((f, i) => new FormatColumn(f.Name, f.Type, i)).ToArray();
        var decoder = BuiltInFormats.All.Single(f => f.Name == "json").Reading(new FormatContext(columns, options, place, TimeZoneInfo.Utc))();
        Round(decoder, pool, texts, messages);
        var seconds = new List<double>();
        var allocated = 0L;
        var bytes = 0L;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Environment.CpuUsage.TotalTime;
            bytes = Round(decoder, pool, texts, messages);
            seconds.Add((Environment.CpuUsage.TotalTime - start).TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var median = seconds.Order().ElementAt(rounds / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"decode  {title,-38} {messages / median / 1e6,6:0.00} M rows/s  {bytes / median / 1e6,6:0} MB/s  {(double)allocated / messages:0.000} bytes allocated per row  (median of {rounds})"));
    }

    private static long Round(Engine.Formats.Decoder decoder, RowBatchPool pool, byte[][] texts, int messages)
    {
        var bytes = 0L;
        var next = 0;
        for (var done = 0; done < messages;)
        {
            using var batch = pool.Rent();
            while (done < messages && !batch.IsFull)
            {
                var text = texts[next];
                next = next + 1 == texts.Length ? 0 : next + 1;
                batch.Count += decoder.Decode(text, batch);
                bytes += text.Length;
                done++;
            }
        }

        return bytes;
    }
}
