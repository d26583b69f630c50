namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>zset</c>/<c>zadd</c>: a score and a member. The server decides what a score is; a refused one must not touch the
/// key's expiry, so that write and expiry go in one step.</summary>
internal sealed class ZSetWrite(string? command = null) : PairWrite("zset", ["zadd"], command)
{
    public override (string First, string Second) PairNames => ("score", "member");

    public override bool RefusesNullSecond => true;

    protected override bool ExpiresInOneStep => true;

    public override WriteMode With(string command) => new ZSetWrite(command);

    /// <summary>A score that only the server can judge stands in a command of its own: in a unit its refusal would be that of its neighbours too.</summary>
    protected override void Group(WriteBlock block, int first, int count)
    {
        var scores = block.Values[0];
        for (int i = first, end = first + count; i < end;)
        {
            var plain = i;
            while (plain < end && IsPlain(scores[block.Order[plain]]))
            {
                plain++;
            }

            if (plain > i)
            {
                base.Group(block, i, plain - i);
                i = plain;
            }
            else
            {
                Script(block, i++, 1);
            }
        }
    }

    protected override bool IsCleared(WriteBlock block, int first, int count)
    {
        foreach (var row in block.Order.AsSpan(first, count))
        {
            if (IsPlain(block.Values[0][row]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a decimal number that every server takes: digits, perhaps with a sign and a point. Others may be scores as well.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> score)
    {
        const int MostDigits = 30;
        var digits = score is [(byte)'-' or (byte)'+', ..] ? score[1..] : score;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        return digits.Length <= MostDigits && !whole.IsEmpty && AreDigits(whole) && AreDigits(fraction);
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
