namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>set</c>/<c>sadd</c>: adds a member.</summary>
internal sealed class SetWrite(string? command = null) : JoinedWrite("set", ["sadd"], command)
{
    public override WriteMode With(string command) => new SetWrite(command);
}
