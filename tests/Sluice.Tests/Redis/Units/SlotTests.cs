using System.Globalization;
using System.Text;
using Sluice.Redis.Clustering;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Tests.Redis.Units;

/// <summary>Positions by slot, and what of a unit goes to each.</summary>
public sealed class SlotTests
{
    [Fact]
    public void Each_slot_has_a_tag_that_falls_into_it()
    {
        for (var slot = 0; slot < KeySlot.Count; slot++)
        {
            Assert.Equal(slot, KeySlot.Of(Encoding.UTF8.GetBytes($"before:{{{SlotTag.Of(slot)}}}:after{{7}}")));
        }

        Assert.Equal(KeySlot.Count, Enumerable.Range(0, KeySlot.Count).Select(SlotTag.Of).Distinct().Count());

        // The check value of the specification: "123456789" falls into 0x31C3, and a smaller number does so too or it is this one.
        Assert.True(int.Parse(SlotTag.Of(0x31C3), CultureInfo.InvariantCulture) <= 123_456_789);
    }

    [Theory]
    [InlineData(null, -1)]
    [InlineData("", -1)]
    [InlineData("0", 0)]
    [InlineData("0 end", 0)]
    [InlineData("42 key > 17", 42)]
    [InlineData("42 end key > 17", 42)]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("x", -1)]
    public void A_position_begins_with_how_far_it_is(string? position, long ordinal) => Assert.Equal(ordinal, SlotPositions.OrdinalOf(position));

    [Fact]
    public void Positions_beyond_another_are_each_there_once_and_in_order_of_their_numbers()
    {
        Assert.Equal(["9", "10 key > 3", "100 end"], SlotPositions.Beyond("8", ["100 end", "9", "8", "10 key > 3", "7", "8 end", "10 key > 3", "100 end"]));
        Assert.Equal(["0", "1"], SlotPositions.Beyond(null, ["1", "0"]));
        Assert.Empty(SlotPositions.Beyond("5", ["5 end"]));
    }

    [Fact]
    public void Slots_that_are_not_as_far_as_they_were_are_behind()
    {
        var slots = new SlotPositions("s:", ":job", "rows 0");
        Assert.Equal($"s:{{{SlotTag.Of(5)}}}:job", slots.KeyOf(5));
        foreach (var slot in (int[])[1, 2, 3, 4])
        {
            slots.Know(slot, "20");
        }

        Assert.Equal([1, 4], slots.Behind(new() { [1] = "19 key > 7", [2] = "20 end", [3] = "21", [9] = "1" }).Order());
    }

    private static (Unit Unit, Guard Guard, CommandBlock[] Blocks) Pushes(string? from, string to, params string[][][] blocks)
    {
        var guard = UnitFixture.Guard("record", from);
        guard.Slots = new SlotPositions("s:", ":i", "f");
        var unit = new Unit();
        var made = new List<CommandBlock>();
        foreach (var commands in blocks)
        {
            var block = new CommandBlock { IsOpen = made.Count < blocks.Length - 1 };
            foreach (var command in commands)
            {
                block.Writer.Begin(command.Length);
                foreach (var argument in command)
                {
                    block.Writer.Bulk(Encoding.UTF8.GetBytes(argument));
                }

                block.EndCommand();
            }

            if (!block.IsOpen)
            {
                block.Move(guard, to);
            }

            made.Add(block);
            unit.Add(block);
        }

        return (unit, guard, [.. made]);
    }

    private static string[] Calls(SlotUnit calls) => [.. Enumerable.Range(0, calls.Count).Select(i => UnitFixture.Commands(calls.Command(i).ToArray()).Single())];

    /// <summary>123456789 falls into 0x31C3 = 12739, "somekey" into 11058 (CLUSTER KEYSLOT's own example).</summary>
    [Fact]
    public void A_unit_becomes_a_call_for_each_slot_with_its_commands_in_order()
    {
        var (unit, guard, blocks) = Pushes("10 key > 4", "20 key > 9",
            [["RPUSH", "{somekey}1", "a", "b"], ["RPUSH", "123456789", "c"]],
            [["PEXPIRE", "{somekey}1", "5"], ["DEL", "{somekey}2"]]);
        guard.Slots!.Know(11058, "7");
        var calls = new SlotUnit();
        calls.Fill(unit, "list", isWhole: false);
        var sha = UnitFixture.Commands(Once(SlotScripts.Apply)).Single().Split(' ')[1];
        Assert.Equal(40, sha.Length);
        Assert.Equal(
        [
            $"EVALSHA {sha} 4 s:{{{SlotTag.Of(11058)}}}:i {{somekey}}1 {{somekey}}1 {{somekey}}2 f 20 key > 9 20 10 7 list 4 RPUSH {{somekey}}1 a b 3 PEXPIRE {{somekey}}1 5 2 DEL {{somekey}}2",
            $"EVALSHA {sha} 2 s:{{{SlotTag.Of(12739)}}}:i 123456789 f 20 key > 9 20 10 -1 list 3 RPUSH 123456789 c",
        ], Calls(calls));
        Assert.Equal([(blocks[0], 0), (blocks[1], 0), (blocks[1], 1)], calls.CommandsOf(calls.CallOf(0)).ToArray());
        Assert.Equal([(blocks[0], 1)], calls.CommandsOf(calls.CallOf(1)).ToArray());
    }

    [Fact]
    public void A_slot_that_is_known_to_be_so_far_is_not_called()
    {
        var (unit, guard, _) = Pushes(null, "20", [["RPUSH", "somekey", "a"], ["RPUSH", "123456789", "c"]]);
        guard.Slots!.Know(11058, "20 end");
        guard.Slots.Know(12739, "19");
        var calls = new SlotUnit();
        calls.Fill(unit, "list", isWhole: false);
        Assert.Equal((1, 2), (calls.Count, calls.Calls.Count));
        Assert.Equal((SlotOutcome.Covered, SlotOutcome.Unknown), (calls.Calls[0].Outcome, calls.Calls[1].Outcome));
        Assert.Contains(" 20 20 -1 19 list ", Calls(calls)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_whose_script_is_not_known_goes_again_with_its_text()
    {
        var (unit, _, _) = Pushes(null, "1", [["RPUSH", "k", "a"]]);
        var calls = new SlotUnit();
        calls.Fill(unit, "list", isWhole: false);
        calls.Refused(0, ServerError.Parse("NOSCRIPT No matching script."));
        Assert.Equal(2, calls.Count);
        Assert.Same(calls.CallOf(0), calls.CallOf(1));
        Assert.StartsWith("EVAL local ", Calls(calls)[1], StringComparison.Ordinal);
        Assert.Equal(Calls(calls)[0].Split(" 2 s:")[1], Calls(calls)[1].Split(" 2 s:")[^1]);
    }

    [Theory]
    [InlineData("0,2 WRONGTYPE Operation", new[] { 0, 2 }, "WRONGTYPE Operation")]
    [InlineData("1 ERR a, b", new[] { 1 }, "ERR a, b")]
    [InlineData(" -", new int[0], "-")]
    [InlineData("", new int[0], "")]
    [InlineData("3,9 x", new int[0], "x")]
    public void What_a_script_says_names_the_commands_that_were_refused(string text, int[] refused, string reason)
    {
        var call = new SlotCall(0, 0, 3);
        call.Take(SlotOutcome.Applied, text);
        Assert.Equal(refused, call.Refused);
        Assert.Equal(reason, call.Error.Text);
    }

    private static byte[] Once(RespConstant constant)
    {
        var writer = new RespWriter();
        writer.Begin(2);
        writer.Raw(constant);
        return writer.Span.ToArray();
    }

    [Fact]
    public void A_record_is_moved_by_its_owner_with_all_positions_that_slots_may_have_beyond_it()
    {
        var records = new SplitRecords();
        var guard = UnitFixture.Guard("r", "10");
        guard.Ahead = ["10", "12 key > 3", "20"];
        records.Add(guard, "10", "30");
        records.Add(guard, "12 key > 3", null);
        records.Add(UnitFixture.Guard("new", null, "HSET", "job", "claimed:new", ""), null, "5 end");
        string[] said = [.. Enumerable.Range(0, records.Count).Select(i => UnitFixture.Commands(records.Command(i).ToArray()).Single())];
        Assert.All(said, command => Assert.StartsWith("EVAL local ", command, StringComparison.Ordinal));
        Assert.EndsWith(" 2 r r me 10 12 key > 3\n20\n30 ", said[0], StringComparison.Ordinal);
        Assert.EndsWith(" 2 r r me 12 key > 3 20 ", said[1], StringComparison.Ordinal);
        Assert.EndsWith(" 2 new job me  5 end claimed:new", said[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_record_says_who_has_it_or_what_the_server_has_against_it()
    {
        var records = new SplitRecords();
        records.ThrowIfRefused("h:1");
        records.Add(UnitFixture.Guard("r", "10"), "10", null);
        records.Refused(0, ServerError.Parse("SLUICEOWNED other"));
        var e = Assert.Throws<GuardException>(() => records.ThrowIfRefused("h:1"));
        Assert.Equal(("r", "10", "10", "other"), (e.Key, e.Ours, e.Found, e.Owner));
        records.Clear();
        records.ThrowIfRefused("h:1");
        records.Add(UnitFixture.Guard("r", "10"), "10", null);
        records.Refused(0, ServerError.Parse("ERR no"));
        Assert.Equal("ERR no", Assert.Throws<RedisServerException>(() => records.ThrowIfRefused("h:1")).Error.Text);
    }
}
