using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis.Clusters;

public sealed class KeySlotTests
{
    /// <summary>0x31C3 is the check value that the cluster specification gives; the others stand at the CLUSTER KEYSLOT command.</summary>
    [Theory]
    [InlineData("123456789", 0x31C3)]
    [InlineData("somekey", 11058)]
    [InlineData("foo{hash_tag}", 2515)]
    [InlineData("bar{hash_tag}", 2515)]
    [InlineData("", 0)]
    public void Slots_are_those_of_the_specification(string key, int slot) => Assert.Equal(slot, KeySlot.Of(Encoding.UTF8.GetBytes(key)));

    /// <summary>The examples of the specification's section on hash tags.</summary>
    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("{user1000}.followers", "user1000")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("a}b{c}", "c")]
    public void What_stands_in_the_first_braces_decides(string key, string tag) =>
        Assert.Equal(KeySlot.Of(Encoding.UTF8.GetBytes(tag)), KeySlot.Of(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Empty_and_open_braces_are_part_of_the_key()
    {
        // 0x31C3 is that of the nine digits alone, so that none of these may be cut to them.
        Assert.NotEqual(0x31C3, KeySlot.Of("{}{123456789}"u8));
        Assert.NotEqual(0x31C3, KeySlot.Of("x{123456789"u8));
        Assert.NotEqual(0x31C3, KeySlot.Of("{}123456789"u8));
        Assert.Equal(0x31C3, KeySlot.Of("x{123456789}{}"u8));
    }

    [Fact]
    public void The_slot_of_a_command_is_that_of_its_key()
    {
        Assert.Equal(11058, SlotOf("SET", "somekey", "{123456789}"));
        Assert.Equal(11058, SlotOf("EXPIRE", "somekey", "10"));
        Assert.Equal(11058, SlotOf("EVAL", "return redis.call('GET', KEYS[1])", "1", "somekey", "x"));
        Assert.Equal(2515, SlotOf("HSET", "foo{hash_tag}", "f", "v"));
    }

    private static int SlotOf(params string[] command)
    {
        var writer = new RespWriter();
        writer.Begin(command.Length);
        foreach (var argument in command)
        {
            writer.Bulk(Encoding.UTF8.GetBytes(argument));
        }

        return KeySlot.OfCommand(writer.Span);
    }
}
