using System.Runtime.CompilerServices;

namespace Sluice.Connectors.Redis.Writes;

/// <summary>A command that takes any number of single values for its key: <c>RPUSH k v v v</c>.</summary>
internal abstract class JoinedWrite(string type, IReadOnlyList<string> commands, string? command) : WriteMode(type, commands, command)
{
    public override string Describe(IReadOnlyList<string> values, IReadOnlyList<string> fields) => values[0];

    protected override int Arguments(WriteBlock block, int first, int count) => count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WriteArguments(WriteBlock block, int first, int count)
    {
        foreach (var row in block.Order.AsSpan(first, count))
        {
            block.WriteValue(row);
        }
    }
}
