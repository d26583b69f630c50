namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>zset</c>/<c>zadd</c>: a score and a member. The server decides what a score is; a refused one must not touch the
/// key's expiry, so that write and expiry go in one step.</summary>
internal sealed class ZSetWrite(string? command = null) : PairWrite("zset", ["zadd"], command)
{
    public override (string First, string Second) PairNames => ("score", "member");

    public override bool RefusesNullSecond => true;

    protected override bool ExpiresInOneStep => true;

    public override WriteMode With(string command) => new ZSetWrite(command);
}
