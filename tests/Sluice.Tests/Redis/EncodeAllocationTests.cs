using Sluice.Connectors.Redis;
using Sluice.Engine.Rows;

namespace Sluice.Tests.Redis;

/// <summary>The hot path makes no garbage: what is allocated per batch of 1000 rows is a few small arrays.</summary>
public sealed class EncodeAllocationTests
{
    private const int Rows = 1000;

    public static TheoryData<string, string, bool, string> Modes => new()
    {
        { "string", "id,v", false, "" },
        { "string", "id,v", true, "" },
        { "string", "id,v,w,x", false, "" },
        { "string", "id,n:Integer,d:Decimal,t", false, "json" },
        { "list/rpush", "id,v", false, "" },
        { "list/lpush", "id,v,w", true, "" },
        { "set", "id,v,w", false, "" },
        { "set", "id,v", true, "" },
        { "zset", "id,score:Integer,v", false, "" },
        { "zset", "id,score:Integer,v", true, "" },
        { "hash", "id,v,w", false, "" },
        { "hash/hmset", "id,v,w,x", true, "fields" },
        { "string", "id,d:DateTime,w", false, "dates" },
        { "string", "id,v,w", false, "two keys" },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void Encoding_a_thousand_rows_allocates_less_than_a_byte_per_row(string mode, string columns, bool expires, string variant)
    {
        var (fixture, batch) = Make(mode, columns, expires, variant);
        var block = new WriteBlock(Rows);
        long Once()
        {
            block.Clear();
            block.Rows = batch;
            var before = GC.GetAllocatedBytesForCurrentThread();
            fixture.Encoder.Encode(block);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var allocated = Enumerable.Range(0, 20).Min(_ => Once());
        Assert.Empty(block.Rejects);
        Assert.Equal(Rows, block.LiveRows);
        Assert.True(allocated < Rows, $"{allocated} bytes");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Writing_the_commands_of_encoded_rows_allocates_nothing(string mode, string columns, bool expires, string variant)
    {
        var (fixture, batch) = Make(mode, columns, expires, variant);
        var block = new WriteBlock(Rows);
        long Once()
        {
            block.Clear();
            block.Rows = batch;
            fixture.Encoder.Encode(block);
            var before = GC.GetAllocatedBytesForCurrentThread();
            fixture.Settings.Mode.Encode(block);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // What a batch needs it needs every time; what a run now and then pays for a method compiled anew is not its own.
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
    }

    [Fact]
    public void Grouping_by_key_allocates_nothing()
    {
        var (fixture, batch) = Make("set", "id,v", false, "");
        var block = new WriteBlock(Rows) { Rows = batch };
        fixture.Encoder.Encode(block);
        long Once()
        {
            block.Groups.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            block.Grouping.ByKey(block);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Once()));
    }

    private static (EncoderFixture Fixture, RowBatch Batch) Make(string mode, string columns, bool expires, string variant)
    {
        var count = columns.Split(',').Length;
        IReadOnlyList<NamedColumn>? named = variant is "json" or "fields"
            ? [.. Enumerable.Range(1, count - 1).Select(i => EncoderFixture.Named($"name{i}", i))]
            : null;
        var fixture = new EncoderFixture(mode, columns, Rows, expires ? Expiry.After(60) : null, variant == "two keys" ? [1, 0] : [0], named, variant == "dates" ? "yyyyMMdd HH:mm:ss.SSS" : null);
        var value = variant == "dates" ? "2024-02-29 01:02:03.5" : null;
        return (fixture, fixture.Batch(Enumerable.Range(0, Rows).Select(row =>
            (object?[])[$"key{row % 300}", .. Enumerable.Range(1, count - 1).Select(i => i == 1 && value is not null ? value : $"{row * i}")])));
    }
}
