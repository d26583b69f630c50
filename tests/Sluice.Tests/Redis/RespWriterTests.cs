using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

public sealed class RespWriterTests
{
    private static readonly int[] s_lengths = [0, 1, 8, 9, 10, 11, 30, 31, 32, 33, 34, 98, 99, 100, 101, 998, 999, 1000, 1001, 9999, 10_000, 65_535, 65_536, 1_000_000];

    private static byte[] Naive(params IEnumerable<byte[]> arguments) =>
        [.. arguments.SelectMany(a => (byte[])[.. Encoding.ASCII.GetBytes($"${a.Length}\r\n"), .. a, .. "\r\n"u8])];

    private static byte[] Value(int length)
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);
        return value;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public void Values_of_every_length_class_are_written_whole_whatever_the_room(int capacity)
    {
        var writer = new RespWriter(capacity);
        foreach (var length in s_lengths)
        {
            writer.Bulk(Value(length));
        }

        Assert.True(writer.Span.SequenceEqual(Naive(s_lengths.Select(Value))));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 0)]
    [InlineData(0, 7)]
    [InlineData(40, 40)]
    public void Values_out_of_a_larger_array_are_written_without_their_neighbours(int before, int after)
    {
        var writer = new RespWriter(1);
        foreach (var length in s_lengths)
        {
            writer.Bulk([.. Value(before), .. Value(length), .. Value(after)], before, length);
        }

        Assert.True(writer.Span.SequenceEqual(Naive(s_lengths.Select(Value))));
    }

    [Fact]
    public void An_argument_made_of_parts_is_the_same_as_one_written_at_once()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, random.Next(5)).Select(_ => Value(random.Next(70))).ToList();
            var writer = new RespWriter(random.Next(1, 100));
            var length = parts.Sum(p => p.Length);
            var room = writer.BeginBulk(length);
            foreach (var part in parts)
            {
                RespWriter.Copy([.. part, .. Value(random.Next(2) * 40)], 0, part.Length, ref room[0]);
                room = room[part.Length..];
            }

            writer.EndBulk(length);
            writer.Bulk("x"u8);
            Assert.True(writer.Span.SequenceEqual(Naive([.. parts.SelectMany(p => p)], "x"u8.ToArray())), $"seed {seed}");
        }
    }

    [Fact]
    public void Random_commands_are_read_back_as_they_were_written()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var writer = new RespWriter(random.Next(1, 200));
            var arguments = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Value(s_lengths[random.Next(16)])).ToArray();
            writer.Begin(arguments.Length);
            foreach (var argument in arguments)
            {
                writer.Bulk(argument);
            }

            Assert.True(RespReader.TryRead(writer.Span, out var reply, out var consumed));
            Assert.Equal((writer.Length, arguments.Length), (consumed, reply.Integer));
            Assert.True(reply.Content.SequenceEqual(Naive(arguments)));
        }
    }

    [Theory]
    [InlineData(0, "$1\r\n0\r\n")]
    [InlineData(long.MinValue, "$20\r\n-9223372036854775808\r\n")]
    [InlineData(long.MaxValue, "$19\r\n9223372036854775807\r\n")]
    public void Numbers_are_written_as_text(long value, string expected)
    {
        var writer = new RespWriter();
        writer.Bulk(value);
        Assert.Equal(expected, Encoding.ASCII.GetString(writer.Span));
    }

    [Fact]
    public void A_buffer_that_a_huge_value_has_blown_up_is_let_go()
    {
        var writer = new RespWriter();
        writer.Bulk(new byte[20 << 20]);
        writer.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        writer.Bulk("small"u8);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("$5\r\nsmall\r\n", Encoding.ASCII.GetString(writer.Written.Span));
    }
}
