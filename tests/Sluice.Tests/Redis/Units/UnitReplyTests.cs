using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.Redis.Units;

namespace Sluice.Tests.Redis.Units;

/// <summary>What the replies to a transaction say of it. Its unit has two blocks of two commands each and one position, and one guard is
/// watched for the next one: MULTI, five commands, EXEC, WATCH, HMGET.</summary>
public sealed class UnitReplyTests
{
    private const string Begun = "+OK\r\n";
    private const string Queued = "+QUEUED\r\n";
    private const string AllQueued = Queued + Queued + Queued + Queued + Queued;
    private const string Next = "+OK\r\n*2\r\n$1\r\n8\r\n$2\r\nme\r\n";
    private const string Applied = "*5\r\n+OK\r\n+OK\r\n:1\r\n:2\r\n:0\r\n";

    private static (UnitReplies Reader, int Count) Replies()
    {
        var replies = new UnitReplies(5, new GuardStates([UnitFixture.Guard("g", "7")]));
        return (replies, replies.Count);
    }

    private static void AssertReplies(string wire, UnitOutcome outcome, ServerError? refusal, params (int Command, ServerError Error)[] errors) =>
        UnitFixture.Answer(Replies, wire, (replies, exchange) =>
        {
            Assert.Equal((outcome, refusal), (replies.Outcome, replies.Refusal));
            Assert.Equal(errors, replies.Errors);
            Assert.Equal((replies.Count, true), (exchange.Received, exchange.Completion.IsCompleted));
            Assert.Equal(new GuardState("8", "me"), replies.Next[0]);
            Assert.Null(replies.Next.Error);
        });

    [Fact]
    public void Replies_are_counted()
    {
        var (replies, count) = Replies();
        Assert.Equal((6, 9), (replies.Exec, count));
        Assert.Equal((1, 2), (new UnitReplies(0, new GuardStates([])).Exec, new UnitReplies(0, new GuardStates([])).Count));
    }

    [Fact]
    public void Before_any_reply_nothing_is_known()
    {
        var (replies, _) = Replies();
        Assert.Equal((UnitOutcome.Unknown, null), (replies.Outcome, replies.Refusal));
        Assert.Empty(replies.Errors);
    }

    [Fact]
    public void An_array_for_exec_is_a_unit_that_was_applied() => AssertReplies(Begun + AllQueued + Applied + Next, UnitOutcome.Applied, null);

    [Theory]
    [InlineData("*-1\r\n")]
    [InlineData("_\r\n")]
    public void Null_for_exec_is_a_unit_that_a_touched_record_has_broken(string nothing) =>
        AssertReplies(Begun + AllQueued + nothing + Next, UnitOutcome.Broken, null);

    [Theory]
    [InlineData("EXECABORT Transaction discarded because of: OOM command not allowed", "OOM command not allowed", ErrorClass.Retry)]
    [InlineData("EXECABORT Transaction discarded because of: READONLY You can't write", "READONLY You can't write", ErrorClass.Retry)]
    [InlineData("EXECABORT Transaction discarded because of: NOPERM no", "NOPERM no", ErrorClass.Stop)]
    [InlineData("EXECABORT Transaction discarded because of previous errors.", "EXECABORT Transaction discarded because of previous errors.", ErrorClass.Record)]
    [InlineData("LOADING Redis is loading", "LOADING Redis is loading", ErrorClass.Retry)]
    [InlineData("MISCONF because of: OOM", "MISCONF because of: OOM", ErrorClass.Retry)]
    public void An_error_for_exec_is_the_reason_or_has_it_behind_the_word_for_an_abort(string error, string reason, ErrorClass @class) =>
        AssertReplies(Begun + AllQueued + $"-{error}\r\n" + Next, UnitOutcome.Refused, new ServerError(reason, @class));

    [Fact]
    public void A_command_that_was_not_queued_is_why_the_unit_was_refused() => AssertReplies(
        Begun + Queued + "-OOM command not allowed\r\n" + Queued + "-NOPERM no\r\n" + Queued + "-EXECABORT Transaction discarded because of previous errors.\r\n" + Next,
        UnitOutcome.Refused,
        new ServerError("OOM command not allowed", ErrorClass.Retry));

    [Fact]
    public void Multi_refused_is_why_the_unit_was_refused() => AssertReplies(
        "-NOPERM no MULTI\r\n-NOPERM no SET\r\n-NOPERM no SET\r\n-NOPERM no SET\r\n-NOPERM no SET\r\n-NOPERM no HSET\r\n-ERR EXEC without MULTI\r\n" + Next,
        UnitOutcome.Refused,
        new ServerError("NOPERM no MULTI", ErrorClass.Stop));

    [Fact]
    public void An_array_that_a_server_answers_a_queued_command_with_is_not_the_outcome() => UnitFixture.Answer(
        Replies,
        Begun + "*1\r\n-ERR inside\r\n",
        (replies, exchange) =>
        {
            Assert.Equal((UnitOutcome.Unknown, 2), (replies.Outcome, exchange.Received));
            Assert.Empty(replies.Errors);
        });

    [Fact]
    public void Errors_inside_of_an_applied_unit_have_the_number_of_their_command()
    {
        var wrongType = new ServerError("WRONGTYPE no list", ErrorClass.WrongType);
        AssertReplies(
            Begun + AllQueued + "*5\r\n+OK\r\n-WRONGTYPE no list\r\n*2\r\n:1\r\n-ERR deeper\r\n!17\r\nWRONGTYPE no list\r\n:0\r\n" + Next,
            UnitOutcome.Applied,
            null,
            (1, wrongType),
            (3, wrongType));
    }

    [Fact]
    public void The_number_of_an_error_leads_to_the_command_of_its_block()
    {
        var guard = UnitFixture.Guard("g", "7");
        CommandBlock[] blocks = [UnitFixture.Block("x", 2), UnitFixture.Block("y", 2)];
        blocks[1].Move(guard, "8");
        UnitFixture.Answer(
            () =>
            {
                var unit = new Unit();
                Array.ForEach(blocks, unit.Add);
                var (_, replies) = unit.Encode([guard]);
                return (new Found(unit, replies), replies.Count);
            },
            Begun + AllQueued + "*5\r\n+OK\r\n-ERR one\r\n-ERR two\r\n+OK\r\n-ERR of the guard\r\n" + Next,
            (found, _) => Assert.Equal([(blocks[0], 1), (blocks[1], 0), null], found.Replies.Errors.Select(e => found.Unit.Find(e.Command))));
    }

    [Fact]
    public void Cut_anywhere_before_its_end_the_array_of_exec_does_not_count_as_received()
    {
        var wire = Begun + AllQueued + Applied;
        for (var length = 0; length <= wire.Length; length++)
        {
            UnitFixture.Answer(Replies, wire[..length], (replies, exchange) =>
            {
                // Whoever asks whether a unit was applied asks for both.
                Assert.Equal(length == wire.Length, replies.Outcome == UnitOutcome.Applied && exchange.Received > replies.Exec);
                Assert.False(exchange.Completion.IsCompleted);
                Assert.Null(replies.Refusal);
            });
        }
    }

    [Fact]
    public void What_is_refused_of_the_next_watch_does_not_touch_the_outcome() => UnitFixture.Answer(
        Replies,
        Begun + AllQueued + Applied + "+OK\r\n-WRONGTYPE no hash\r\n",
        (replies, exchange) =>
        {
            Assert.Equal((UnitOutcome.Applied, null), (replies.Outcome, replies.Refusal));
            Assert.Equal(ErrorClass.WrongType, replies.Next.Error?.Class);
            Assert.Equal(replies.Count, exchange.Received);
        });

    private sealed record Found(Unit Unit, UnitReplies Replies) : IReplyReader
    {
        void IReplyReader.Reply(int command, in RespReply reply) => Replies.Reply(command, reply);

        void IReplyReader.Array(int command, long count) => Replies.Array(command, count);

        void IReplyReader.Element(int command, long index, in RespReply reply) => Replies.Element(command, index, reply);
    }
}
