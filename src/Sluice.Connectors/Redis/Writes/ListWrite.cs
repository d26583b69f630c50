namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>list</c>/<c>lpush</c>, <c>rpush</c>: each run adds its elements again. A key of another type is left alone,
/// its expiry too.</summary>
internal sealed class ListWrite(string? command = null) : JoinedWrite("list", ["lpush", "rpush"], command ?? "rpush")
{
    public override bool IsRepeatable => false;

    public override bool Overwrites => false;

    protected override bool ExpiresInOneStep => true;

    public override WriteMode With(string command) => new ListWrite(command);
}
