using System.Text;
using Sluice.Redis.Connections;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>Moves the records of splits on, each in a script that compares the owner.</summary>
internal sealed class SplitRecords : CommandBlock
{
    private readonly List<Guard> _guards = [];
    private (Guard Guard, ServerError Error)? _refusal;

    /// <param name="position">Up to which everything is written; null: nothing is.</param>
    /// <param name="ahead">Up to where slots may be from now on; null: not beyond what is known already.</param>
    public void Add(Guard guard, string? position, string? ahead)
    {
        var beyond = SlotPositions.Beyond(position, ahead is null ? guard.Ahead : [.. guard.Ahead, ahead]);
        Writer.Begin(9);
        Writer.Raw(SlotScripts.Record);
        Writer.Bulk(2);
        guard.WriteKey(Writer);
        Text(guard.FirstCommand?[1] ?? guard.Key);
        Text(guard.Owner);
        Text(position ?? "");
        Text(string.Join('\n', beyond));
        Text(guard.FirstCommand?[2] ?? "");
        EndCommand();
        _guards.Add(guard);
    }

    public void Refused(int command, ServerError error) => _refusal ??= (_guards[command], error);

    /// <exception cref="GuardException">Somebody else has claimed a record.</exception>
    /// <exception cref="RedisServerException">A node refuses.</exception>
    public void ThrowIfRefused(string endpoint)
    {
        if (_refusal is not var (guard, error))
        {
            return;
        }

        throw error.Text.StartsWith(SlotScripts.Owned, StringComparison.Ordinal)
            ? new GuardException(endpoint, guard.Key, guard.Position, guard.Position, error.Text[SlotScripts.Owned.Length..])
            : new RedisServerException(endpoint, error, "the server refuses");
    }

    public override void Clear()
    {
        base.Clear();
        _guards.Clear();
        _refusal = null;
    }

    private void Text(string text) => Writer.Bulk(Encoding.UTF8.GetBytes(text));
}
