using Sluice.Redis.Pipelining;
using Sluice.Redis.Units;

namespace Sluice.Tests.Redis.Units;

/// <summary>Blocks and positions as one transaction.</summary>
public sealed class UnitTests
{
    private static CommandBlock Moving(string name, int commands, params (Guard Guard, string Position, bool IsLast)[] moves)
    {
        var block = UnitFixture.Block(name, commands);
        foreach (var (guard, position, isLast) in moves)
        {
            block.Move(guard, position, isLast);
        }

        return block;
    }

    [Fact]
    public void The_commands_of_all_blocks_come_before_the_positions_and_the_next_watch_behind_the_transaction()
    {
        var (a, b) = (UnitFixture.Guard("a", "1"), UnitFixture.Guard("b", null, "SADD", "all", "b"));
        var unit = new Unit();
        unit.Add(Moving("x", 2, (a, "2", false)));
        unit.Add(Moving("y", 1, (b, "5", false)));
        var (bytes, replies) = unit.Encode([a]);
        string[] expected =
        [
            "MULTI", "SET x-0 x", "SET x-1 x", "SET y-0 x", "HSET a position 2", "HSET b position 5 owner me", "SADD all b", "EXEC",
            "WATCH a", "HMGET a position owner",
        ];
        Assert.Equal(expected, UnitFixture.Commands(bytes));
        Assert.Equal((3, 7, expected.Length), (unit.Commands, replies.Exec, replies.Count));
    }

    [Fact]
    public void A_unit_that_nothing_follows_watches_nothing()
    {
        var unit = new Unit();
        unit.Add(Moving("x", 1, (UnitFixture.Guard("a", "1"), "2", true)));
        var (bytes, replies) = unit.Encode([]);
        Assert.Equal(["MULTI", "SET x-0 x", "HSET a position 2", "EXEC"], UnitFixture.Commands(bytes));
        Assert.Equal(4, replies.Count);
    }

    [Fact]
    public void A_position_may_move_on_without_commands()
    {
        var unit = new Unit();
        unit.Add(Moving("x", 0, (UnitFixture.Guard("a", "1"), "2", false)));
        Assert.Equal(["MULTI", "HSET a position 2", "EXEC"], UnitFixture.Commands(unit.Encode([]).Bytes));
    }

    [Fact]
    public void A_guard_that_moves_more_than_once_moves_to_where_it_was_moved_last()
    {
        var (a, b) = (UnitFixture.Guard("a", "1"), UnitFixture.Guard("b", "1"));
        var unit = new Unit();
        unit.Add(Moving("x", 1, (a, "2", false), (b, "2", false)));
        unit.Add(Moving("y", 1, (a, "3", true)));
        Assert.Equal([new GuardMove(b, "2", false), new GuardMove(a, "3", true)], unit.Moves);
        Assert.Equal(["MULTI", "SET x-0 x", "SET y-0 x", "HSET b position 2", "HSET a position 3", "EXEC"], UnitFixture.Commands(unit.Encode([]).Bytes));
    }

    [Fact]
    public void Commands_are_counted_through_all_blocks_empty_ones_too_and_those_of_guards_belong_to_none()
    {
        CommandBlock[] blocks = [Moving("x", 2), Moving("y", 0), Moving("z", 3, (UnitFixture.Guard("a", "1"), "2", false))];
        var unit = new Unit();
        Array.ForEach(blocks, unit.Add);
        Assert.Equal([(blocks[0], 0), (blocks[0], 1), (blocks[2], 0), (blocks[2], 1), (blocks[2], 2), null, null], Enumerable.Range(0, 7).Select(unit.Find));
    }

    [Theory]
    [InlineData("*5\r\n+OK\r\n:1\r\n:0\r\n:2\r\n:1\r\n", null, "")]
    [InlineData("*5\r\n-WRONGTYPE row\r\n:1\r\n:0\r\n:2\r\n:1\r\n", null, "")]
    [InlineData("*5\r\n+OK\r\n-WRONGTYPE a\r\n:0\r\n:2\r\n:1\r\n", "a", "WRONGTYPE a")]
    [InlineData("*5\r\n-WRONGTYPE row\r\n:1\r\n-NOPERM b\r\n:2\r\n:1\r\n", "b", "NOPERM b")]
    [InlineData("*5\r\n+OK\r\n:1\r\n:0\r\n-WRONGTYPE all\r\n-WRONGTYPE c\r\n", "b", "WRONGTYPE all")]
    [InlineData("*5\r\n+OK\r\n:1\r\n:0\r\n:2\r\n-OOM c\r\n", "c", "OOM c")]
    public void A_refused_command_of_a_guard_is_told_from_a_refused_row(string exec, string? key, string error)
    {
        // SET, then HSET a, HSET b, SADD all, HSET c.
        var unit = new Unit();
        unit.Add(Moving("x", 1, (UnitFixture.Guard("a", "1"), "2", true), (UnitFixture.Guard("b", null, "SADD", "all", "b"), "5", true), (UnitFixture.Guard("c", "1"), "2", true)));
        UnitFixture.Answer(
            () => unit.Encode([]) is var (_, replies) ? (replies, replies.Count) : default,
            "+OK\r\n" + string.Concat(Enumerable.Repeat("+QUEUED\r\n", 5)) + exec,
            (replies, _) =>
            {
                Assert.Equal(UnitOutcome.Applied, replies.Outcome);
                Assert.Equal((key, key is null ? null : error), (unit.RefusedMove(replies)?.Guard.Key, unit.RefusedMove(replies)?.Error.Text));
            });
    }

    [Fact]
    public void Encoded_again_a_unit_is_the_same_and_cleared_it_is_empty()
    {
        var guard = UnitFixture.Guard("a", "1");
        var unit = new Unit();
        unit.Add(Moving("x", 3, (guard, "2", false)));
        var first = UnitFixture.Commands(unit.Encode([guard]).Bytes);
        Assert.Equal(first, UnitFixture.Commands(unit.Encode([guard]).Bytes));
        unit.Clear();
        Assert.Equal((0, 0, 0), (unit.Commands, unit.Blocks.Count, unit.Moves.Count));
        Assert.Equal(["MULTI", "EXEC"], UnitFixture.Commands(unit.Encode([]).Bytes));
    }
}
