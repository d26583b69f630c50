using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Tests.Redis.Units;

/// <summary>What a guard writes, and what of a record it takes for its own.</summary>
public sealed class GuardTests
{
    private const string Watching = "+OK\r\n";

    private static string[] Moved(Guard guard, string position, out int commands)
    {
        var text = new RespWriter(64);
        commands = guard.WriteMove(text, position);
        return UnitFixture.Commands(text.Written);
    }

    [Fact]
    public void A_record_that_is_there_gets_the_position_alone()
    {
        Assert.Equal(["HSET g position 8"], Moved(UnitFixture.Guard("g", "7", "SADD", "all", "g"), "8", out var commands));
        Assert.Equal(1, commands);
    }

    [Fact]
    public void A_new_record_is_made_with_its_owner()
    {
        Assert.Equal(["HSET g position 8 owner me"], Moved(UnitFixture.Guard("g", null), "8", out var commands));
        Assert.Equal(1, commands);
    }

    [Fact]
    public void What_goes_with_a_new_record_is_a_command_of_its_own()
    {
        Assert.Equal(["HSET g position 8 owner me", "SADD all g é"], Moved(UnitFixture.Guard("g", null, "SADD", "all", "g", "é"), "8", out var commands));
        Assert.Equal(2, commands);
    }

    [Fact]
    public void After_its_first_position_a_record_is_there()
    {
        var guard = UnitFixture.Guard("g", null, "SADD", "all", "g");
        guard.Position = "8";
        Assert.Equal(["HSET g position 9"], Moved(guard, "9", out _));
    }

    [Theory]
    [InlineData("7", "7", "me", true)]
    [InlineData("7", "8", "me", false)]
    [InlineData("7", "07", "me", false)]
    [InlineData("7", "7", "other", false)]
    [InlineData("7", "7", "ME", false)]
    [InlineData("7", "7", null, false)]
    [InlineData("7", null, "me", false)]
    [InlineData("7", null, null, false)]
    [InlineData("", "", "me", true)]
    [InlineData("", null, "me", false)]
    [InlineData(null, null, null, true)]
    [InlineData(null, "", null, false)]
    [InlineData(null, "7", "me", false)]
    [InlineData(null, null, "me", false)]
    [InlineData(null, null, "other", false)]
    public void A_record_is_ours_only_with_our_position_and_our_name(string? ours, string? position, string? owner, bool isAt) =>
        Assert.Equal(isAt, UnitFixture.Guard("g", ours).IsAt(ours, new GuardState(position, owner)));

    [Fact]
    public void Guards_are_watched_before_they_are_read()
    {
        var text = new RespWriter(64);
        GuardStates.Write(text, [UnitFixture.Guard("a", "1"), UnitFixture.Guard("b", null)]);
        Assert.Equal(["WATCH a b", "HMGET a position owner", "HMGET b position owner"], UnitFixture.Commands(text.Written));
    }

    [Theory]
    [InlineData("*2\r\n$1\r\n7\r\n$2\r\nme\r\n", "7", "me", true)]
    [InlineData("*2\r\n$1\r\n7\r\n$5\r\nother\r\n", "7", "other", false)]
    [InlineData("*2\r\n$2\r\n77\r\n$2\r\nme\r\n", "77", "me", false)]
    [InlineData("*2\r\n$-1\r\n$-1\r\n", null, null, false)]
    [InlineData("*2\r\n_\r\n_\r\n", null, null, false)]
    [InlineData("*2\r\n$1\r\n7\r\n$-1\r\n", "7", null, false)]
    [InlineData("*2\r\n$-1\r\n$2\r\nme\r\n", null, "me", false)]
    public void A_record_is_read_as_it_stands(string reply, string? position, string? owner, bool isOurs) => UnitFixture.Answer(
        () => States(UnitFixture.Guard("g", "7")),
        Watching + reply,
        (states, exchange) =>
        {
            Assert.Equal(new GuardState(position, owner), states[0]);
            Assert.Equal(isOurs, states.Guards[0].IsAt("7", states[0]));
            Assert.Null(states.Error);
            Assert.Equal((2, true), (exchange.Received, exchange.Completion.IsCompleted));
        });

    [Fact]
    public void Each_guard_has_a_state_of_its_own() => UnitFixture.Answer(
        () => States(UnitFixture.Guard("a", "1"), UnitFixture.Guard("b", null), UnitFixture.Guard("c", "3")),
        Watching + "*2\r\n$1\r\n1\r\n$2\r\nme\r\n*2\r\n_\r\n_\r\n*2\r\n$1\r\n4\r\n$3\r\nyou\r\n",
        (states, _) =>
        {
            Assert.Equal([new("1", "me"), new(null, null), new("4", "you")], [states[0], states[1], states[2]]);
            Assert.Equal([true, true, false], states.Guards.Select((guard, i) => guard.IsAt(guard.Position, states[i])));
        });

    [Fact]
    public void A_key_of_another_type_is_a_refusal_and_the_first_one_counts() => UnitFixture.Answer(
        () => States(UnitFixture.Guard("a", "1"), UnitFixture.Guard("b", "2"), UnitFixture.Guard("c", "3")),
        Watching + "*2\r\n$1\r\n1\r\n$2\r\nme\r\n-WRONGTYPE Operation against a key\r\n-LOADING later\r\n",
        (states, exchange) =>
        {
            Assert.Equal(new ServerError("WRONGTYPE Operation against a key", ErrorClass.WrongType), states.Error);
            Assert.Equal(new GuardState("1", "me"), states[0]);
            Assert.Equal(4, exchange.Received);
        });

    [Fact]
    public void A_watch_that_is_refused_is_a_refusal_whatever_the_records_say() => UnitFixture.Answer(
        () => States(UnitFixture.Guard("g", "7")),
        "-NOPERM no WATCH\r\n*2\r\n$1\r\n7\r\n$2\r\nme\r\n",
        (states, _) => Assert.Equal(ErrorClass.Stop, states.Error?.Class));

    private static (GuardStates Reader, int Count) States(params Guard[] guards) => (new GuardStates(guards), 1 + guards.Length);
}
